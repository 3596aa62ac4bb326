// Decides what the agent does about everything clients and supervisor say.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/serve/confirmed_state.h"
#include "agent/serve/hub_events.h"
#include "agent/serve/pull_routes.h"
#include "agent/serve/restart_requests.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/wire/messages.h"

namespace hawser::agent {

struct HubOptions {
  std::string session;  ///< "namespace/name"
  std::string pod;
  std::string version;
  std::string restart_record;  ///< file of RestartRequests
};

/// The one owner of the session's state. Staging and saving happen inside Step, so that whatever is
/// sent is true. One thread.
class Hub {
 public:
  /// `confirmed` and `clock` must outlive the hub. The clock is read inside Step because staging
  /// takes time, and a batch's phases are timed.
  Hub(HubOptions options, ConfirmedState& confirmed, const Clock& clock);

  std::vector<HubOutput> Step(const HubInput& input);

  /// What may wait until the outputs of Step have left: drops old content.
  void Tidy();

  /// When to call Rest if nothing happens until then.
  Deadline RestAt() const { return rest_at_; }
  /// What is worth it before a long time without batches: gives memory back.
  void Rest();

 private:
  /// After a batch, or the start.
  static constexpr Duration kRestAfter = std::chrono::seconds(10);

  struct Client {
    wire::Role role = wire::Role::kObserve;
    std::string identity;
  };
  /// A batch on its way in. Without a reader it was refused already and its rest is skipped.
  struct Receiving {
    PeerId peer = 0;
    uint64_t number = 0;
    TimePoint began{};
    std::unique_ptr<sync::BatchReader> reader;
  };
  struct Applying {
    PeerId peer = 0;
    TimePoint began{};
  };

  void On(const ClientOpened& input);
  void On(const ClientMessage& input);
  void On(const SupervisorOpened& input);
  void On(const SupervisorMessage& input);
  void On(const ProbeMessage& input);
  void On(const PeerClosed& input);
  void On(const AppReady& input);
  void On(const RestartWanted& input);

  void OnBatchMessage(PeerId peer, const wire::Message& message);
  void OnBatchOutcome(sync::BatchReader::Outcome outcome, bool ended);
  void TellAhead(std::vector<wire::Prepare> messages);
  void OnBatchFailure(const Status& status, bool ended);
  void OnStaged(const sync::StagedBatch& batch);
  void OnApplied(wire::ApplyResult result);
  void OnContainerState(const wire::ContainerState& state);
  void TakeProblems(const std::vector<wire::Problem>& problems,
                    const std::vector<wire::StepResult>& steps);
  void OnConfigure(const wire::Configure& configure);
  void OnSumsRequest(PeerId peer, const wire::SumsRequest& request);
  void OnSumsRequest(PeerId peer, const wire::RangeSumsRequest& request);
  void ReplySums(PeerId peer, const Digest& content, Result<wire::BlockSums> sums);
  void OnRestartRequest(PeerId peer);
  void Order(std::optional<wire::RestartOrder> order);
  template <typename Request, typename Answer>
  void OnPullRequest(PeerId peer, const Request& request);
  template <typename Replies>
  void ReplyAll(PeerId peer, Replies replies);
  void Refuse(PeerId peer, wire::RejectReason reason, std::string message);
  void Drop(PeerId peer);
  void SetPusher(std::optional<PeerId> peer);
  void Reply(PeerId peer, wire::Message message);
  void ReplyProgress(uint64_t number, const Applying& batch, wire::Phase phase);
  void ReplyResult(PeerId peer, uint64_t number, wire::BatchOutcome outcome, std::string message);
  wire::StatusReply CurrentStatus() const;

  const HubOptions options_;
  ConfirmedState& confirmed_;
  const Clock& clock_;
  std::vector<HubOutput> outputs_;

  std::map<PeerId, Client> clients_;
  std::optional<PeerId> pusher_;
  std::optional<Receiving> receiving_;
  std::map<uint64_t, Applying> applying_;                        ///< by batch number
  std::optional<std::pair<uint64_t, Applying>> awaiting_ready_;  ///< the newest applied batch
  std::optional<PeerId> supervisor_;
  wire::AppStatus app_;
  Digest applied_tree_;  ///< as the supervisor said; zero without one, or while it starts anew
  std::vector<wire::Problem> problems_;  ///< the same; none without one
  std::deque<PeerId> restart_askers_;
  RestartRequests restarts_;
  PullRoutes pulls_;
  bool untidy_ = false;        ///< a batch was applied since the last Tidy
  size_t untidy_changes_ = 0;  ///< of the batches since then
  Deadline rest_at_ = clock_.Now() + kRestAfter;
};

}  // namespace hawser::agent
