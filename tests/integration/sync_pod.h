// A pod as the sync engine sees it, in this process: the agent's hub, its volume, and a supervisor
// that brings the container's files, any of which may die.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/serve/hub.h"
#include "agent/supervise/container_files.h"
#include "lib/wire/channel.h"
#include "tests/integration/seen_files.h"
#include "tests/support/fake_clock.h"

namespace hawser::testing {

inline constexpr char kSimulatedSession[] = "team/api";

/// What agent and supervisor do, without their processes and threads. Death is real: the work is
/// done in a copy of this process that is killed, and what it left on disk is all that stays.
class SyncPod {
 public:
  /// Everything of it lies in `directory`, which exists. The session's root is /app.
  SyncPod(std::string directory, const wire::Configure& configure);

  /// A client connected; its first message is Hello. Nothing happens while the agent can't start.
  void Accept(std::unique_ptr<wire::Channel> channel);
  /// Agent and supervisor handle all that has arrived.
  void Pump();
  bool connected() const { return client_ != nullptr; }
  void Disconnect();

  /// In the next Pump the agent dies before its system call of this number, if it gets so far.
  void KillAgentAt(uint64_t call) { agent_dies_at_ = call; }
  /// Likewise the supervisor, the next time it prepares or brings files. It stays away.
  void KillSupervisorAt(uint64_t call) { supervisor_dies_at_ = call; }
  bool supervised() const { return files_ != nullptr; }
  /// True while the supervisor may have written what no batch confirmed yet.
  bool preparing() const { return preparing_; }
  /// The supervisor's process begins anew, in the same container.
  void StartSupervisor();
  /// The app's container is made anew: it holds what the image holds, then converges.
  void ReplaceContainer();

  /// The container's root; in it "app" and, belonging to nobody, "outside".
  std::string container() const { return directory_ + "/container"; }
  /// What "outside" holds unless someone touched it.
  const SeenFiles& untouched() const { return untouched_; }
  /// The problems of the last time that files were brought.
  const std::vector<wire::Problem>& problems() const { return problems_; }
  /// The last reason for which the agent ended a connection.
  const std::string& trouble() const { return trouble_; }

 private:
  void StartAgent();
  void ConnectSupervisor();
  void Serve();
  void Supervise();
  bool Survives(const std::function<void()>& work);
  bool Prepare(const wire::Prepare& ahead);
  void DropPrepared();
  bool Bring();
  void Feed(const agent::HubInput& input);
  void Perform(const agent::Send& send);
  void Perform(const agent::Close& close);
  void Perform(const agent::WatchReady&) {}

  const std::string directory_;
  const wire::Configure configure_;
  const FakeClock clock_;
  std::unique_ptr<agent::ConfirmedState> confirmed_;
  std::unique_ptr<agent::Hub> hub_;  ///< null while the agent can't start
  std::unique_ptr<wire::Channel> client_;
  bool welcomed_ = false;  ///< the client said Hello
  agent::PeerId client_id_ = 0;
  std::unique_ptr<agent::VolumeFiles> files_;              ///< null while there is no supervisor
  std::vector<std::unique_ptr<agent::VolumeFiles>> dead_;  ///< kept, as they clean nothing up
  bool preparing_ = false;
  Digest applied_;  ///< what it brought last
  agent::PeerId supervisor_id_ = 0;
  agent::PeerId last_id_ = 0;
  std::deque<wire::Message> to_supervisor_;
  std::optional<uint64_t> agent_dies_at_;
  std::optional<uint64_t> supervisor_dies_at_;
  std::vector<wire::Problem> problems_;
  SeenFiles untouched_;
  std::string trouble_;
};

}  // namespace hawser::testing
