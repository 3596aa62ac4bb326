// Connects to the agents of a session: tunnel, mutual TLS, greeting.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "lib/kube/api.h"
#include "lib/kube/config.h"
#include "lib/net/tls.h"
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

/// Opens channels to a session's agents.
class AgentDialer {
 public:
  virtual ~AgentDialer() = default;
  /// A channel to the pod's agent, not yet greeted. cancelled as soon as `stop` is asked.
  /// Thread-safe.
  virtual Result<std::unique_ptr<wire::Channel>> Dial(const std::string& pod, Deadline deadline,
                                                      const std::stop_token& stop) = 0;
  /// The keys were refused: read them again before the next Dial. Thread-safe.
  virtual void ForgetKeys() = 0;
};

/// Dials with the session's keys, read from its Secret.
class SessionDialer final : public AgentDialer {
 public:
  /// `api` and `tunnel` must outlive the dialer.
  SessionDialer(kube::Api& api, PodTunnel& tunnel, kube::ObjectKey session);
  Result<std::unique_ptr<wire::Channel>> Dial(const std::string& pod, Deadline deadline,
                                              const std::stop_token& stop) override;
  void ForgetKeys() override;

 private:
  Result<std::shared_ptr<net::TlsContext>> Context();

  kube::Api& api_;
  PodTunnel& tunnel_;
  const kube::ObjectKey session_;
  std::mutex mutex_;
  std::shared_ptr<net::TlsContext> context_;
};

/// A channel whose agent accepted us.
struct AgentConnection {
  std::unique_ptr<wire::Channel> channel;
  wire::Welcome welcome;
};

/// Dials and greets. A Reject becomes a failure by its reason: kVersion failed_precondition,
/// kWrongSession permission_denied, kSuperseded aborted, kShuttingDown unavailable, kProtocol
/// internal. After unauthenticated the dialer reads its keys again, so that keys the controller
/// replaced are picked up by the next try. cancelled as soon as `stop` is asked.
Result<AgentConnection> ConnectAgent(AgentDialer& dialer, const std::string& pod,
                                     const wire::Hello& hello, Deadline deadline,
                                     const std::stop_token& stop);

/// The greeting for a session, naming this user and machine.
wire::Hello MakeHello(wire::Role role, const kube::ObjectKey& session);

/// The failure that a Reject stands for.
Status RejectStatus(const wire::Reject& reject);

}  // namespace hawser::cli
