// Connects to the agents of a session: tunnel, mutual TLS, greeting.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "lib/kube/api.h"
#include "lib/kube/config.h"
#include "lib/net/stream.h"
#include "lib/wire/channel.h"

namespace hawser::cli {

/// Opens byte streams to TCP ports of pods.
class PodTunnel {
 public:
  virtual ~PodTunnel() = default;
  /// Thread-safe. Codes as kube::OpenPortForward; cancelled as soon as `stop` is asked. That
  /// nothing listens on the port shows with the first Read.
  virtual Result<std::unique_ptr<net::ByteStream>> Open(const kube::ObjectKey& pod, uint16_t port,
                                                        Deadline deadline,
                                                        const std::stop_token& stop) = 0;
};

/// Through the API server's port-forward.
std::unique_ptr<PodTunnel> MakePortForwardTunnel(const kube::ClusterConfig& config);

/// A channel to an agent, not yet greeted.
struct DialedAgent {
  DialedAgent() = default;
  DialedAgent(std::unique_ptr<wire::Channel> to, bool straight = false)  // NOLINT(*-explicit-*)
      : channel(std::move(to)), direct(straight) {}

  std::unique_ptr<wire::Channel> channel;
  bool direct = false;  ///< straight to the pod, not through the API server
};

/// Opens channels to a session's agents.
class AgentDialer {
 public:
  virtual ~AgentDialer() = default;
  /// A channel to the pod's agent, not yet greeted. cancelled as soon as `stop` is asked.
  /// Thread-safe.
  virtual Result<DialedAgent> Dial(const std::string& pod, Deadline deadline,
                                   const std::stop_token& stop) = 0;
  /// The keys were refused: read them again before the next Dial. Thread-safe.
  virtual void ForgetKeys() = 0;
};

/// A channel whose agent accepted us.
struct AgentConnection {
  std::unique_ptr<wire::Channel> channel;
  wire::Welcome welcome;
  bool direct = false;  ///< see DialedAgent
};

/// Dials and greets. A Reject becomes a failure by its reason: kVersion failed_precondition,
/// kWrongSession permission_denied, kSuperseded aborted, kShuttingDown unavailable, kProtocol
/// internal. After unauthenticated the dialer reads its keys again, so that keys the controller
/// replaced are picked up by the next try. cancelled as soon as `stop` is asked.
Result<AgentConnection> ConnectAgent(AgentDialer& dialer, const std::string& pod,
                                     const wire::Hello& hello, Deadline deadline,
                                     const std::stop_token& stop);

/// "dev1@laptop": what this command line calls itself, in the agent's log, to whoever is superseded
/// and in the session's status.
const std::string& Identity();

/// The greeting for a session, naming this user and machine.
wire::Hello MakeHello(wire::Role role, const kube::ObjectKey& session);

/// The failure that a Reject stands for.
Status RejectStatus(const wire::Reject& reject);

}  // namespace hawser::cli
