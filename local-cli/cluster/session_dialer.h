// Dials the agents of a session with its keys, straight or through the API server.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "lib/net/tls.h"
#include "local-cli/cluster/agents.h"
#include "local-cli/cluster/direct_path.h"
#include "local-cli/cluster/way_race.h"

namespace hawser::cli {

/// The ways to pods.
struct Ways {
  PodTunnel& tunnel;             ///< through the API server
  DirectPath* direct = nullptr;  ///< null: not to be tried
};

/// Tries the direct way beside the API server's, and takes the one on which the agent proves with
/// the session's keys who it is: WayRace says when and which.
class SessionDialer final : public AgentDialer {
 public:
  /// `api` and what `ways` refers to must outlive the dialer.
  SessionDialer(kube::Api& api, const Ways& ways, kube::ObjectKey session);

  /// Tells where pods are: to one that is not known only the API server's way is tried.
  /// Thread-safe.
  void Learn(const std::vector<PodView>& pods) { addresses_->Learn(pods); }

  Result<DialedAgent> Dial(const std::string& pod, Deadline deadline,
                           const std::stop_token& stop) override;
  void ForgetKeys() override;

 private:
  using Stream = std::unique_ptr<net::ByteStream>;
  /// Which pod, and where it is when the direct way is tried.
  struct Goal {
    std::string pod;
    std::string address;
    std::shared_ptr<net::TlsContext> keys;
    Deadline deadline;
  };

  Result<std::shared_ptr<net::TlsContext>> Context();
  Result<Stream> OpenDirect(const Goal& goal, const std::stop_token& stop);
  Result<Stream> OpenTunnel(const Goal& goal, const std::stop_token& stop);
  Result<DialedAgent> Race(const Goal& goal, const std::stop_token& stop);

  kube::Api& api_;
  const Ways ways_;
  const kube::ObjectKey session_;
  const std::shared_ptr<DirectAddresses> addresses_;  ///< shared with the streams it made
  std::mutex mutex_;
  std::shared_ptr<net::TlsContext> context_;
};

}  // namespace hawser::cli
