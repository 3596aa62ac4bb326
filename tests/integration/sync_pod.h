// A pod as the sync engine sees it, in this process: agent state, store and container directory, at
// the end of a pipe.
#pragma once

#include <memory>
#include <string>

#include "agent/serve/confirmed_state.h"
#include "agent/supervise/container_files.h"
#include "lib/wire/channel.h"
#include "tests/support/temp_dir.h"

namespace hawser::testing {

/// What the agent and the supervisor do with messages, without their processes. One thread.
class SyncPod {
 public:
  explicit SyncPod(const wire::Configure& configure);

  wire::Welcome Welcome() const;
  /// Handles what has arrived. False when the agent closed the connection over it.
  bool Pump(wire::Channel& channel);
  /// The agent's process dies: what is not on disk is gone.
  void RestartAgent();
  /// The app's container is made anew: it holds what the image holds (nothing), then converges.
  void ReplaceContainer();
  /// Lose the next staged batch's application, as when the agent dies right after staging.
  void DieBeforeApply() { dies_before_apply_ = true; }

  std::string container() const { return directory_ / "container"; }
  /// The last reason for which the agent closed a connection.
  const std::string& trouble() const { return trouble_; }
  const sync::AgentState& state() const { return agent_->state(); }

 private:
  bool Handle(wire::Channel& channel, const wire::Message& message);
  bool Take(wire::Channel& channel, const sync::StagedBatch& staged);
  std::vector<wire::Problem> BringUpToDate();
  void Open();

  TempDir directory_;
  std::unique_ptr<agent::ConfirmedState> agent_;
  std::unique_ptr<sync::BatchReader> reader_;
  std::unique_ptr<agent::VolumeFiles> supervisor_;
  bool dies_before_apply_ = false;
  std::string trouble_;
};

}  // namespace hawser::testing
