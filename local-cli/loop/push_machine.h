// Coordinates a push: which pods there are, what each one holds, what to show, and when it is done.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "lib/devsession/devsession.h"
#include "lib/sync/workspace/scan.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/loop/batch_groups.h"
#include "local-cli/loop/link_machine.h"
#include "local-cli/loop/push_events.h"
#include "local-cli/render/events.h"

namespace hawser::cli {

struct PushMachineOptions {
  bool watch = false;
  bool barrier = false;  ///< without watch: done once every pod runs the workspace
  bool yes = false;
  bool timeline = false;
  bool interactive = false;
  std::string directory;  ///< for messages
  TimePoint give_up_at = kNoDeadline;
  devsession::DevSession session;
};

/// Pure: no clock, no I/O. Not thread-safe.
class PushMachine {
 public:
  using Actions = std::vector<PushAction>;

  explicit PushMachine(PushMachineOptions options) : options_(std::move(options)) {}

  Actions Step(PushInput input, TimePoint now);
  /// It is WakeAt().
  Actions OnTick(TimePoint now);
  TimePoint WakeAt() const;

 private:
  struct Pod {
    PodView view;
    bool linked = false;  ///< OpenLink was asked for
    bool up = false;
    std::optional<uint64_t> holds;  ///< the snapshot it is in sync with
    bool heard = false;             ///< what came of its last batch, since it was last connected
    bool runs = false;              ///< in sync, applied, and the app runs
    std::string not_running;        ///< why it does not, as the agent last said
    std::string outrun;             ///< a file that changes faster than it can be sent to it
    bool told_in_sync = false;      ///< since it was last connected
    std::optional<Code> told_down;  ///< why, as last shown
    std::optional<Status> down;     ///< why it is not up
    int attempts = 0;
    TimePoint ready_by{};  ///< the app restarted; its ready report is still to come
    Digest tree;
    devsession::PodStatus status;
    std::set<std::string> troubled;  ///< paths of the problems that were shown last
    std::string failure;             ///< of its last batch: a step or a path
  };

  void On(const PodsSeen& input);
  void On(const SessionSeen& input);
  void On(const SessionGone& input);
  void On(const Scanned& input);
  void On(const LinkEvent& input);
  void On(const Answered& input);
  void On(const ClusterTrouble& input);
  void On(const StatusRefused& input);
  void On(const Pulled& input) { Show(input.event); }
  void On(const RootsChanged& input);
  void On(const Stopped& input);

  void OnNews(Pod& pod, const LinkUp& news);
  void OnNews(Pod& pod, const LinkDown& news);
  void OnNews(Pod& pod, const LinkInSync& news);
  void OnNews(Pod& pod, const LinkRuns& news);
  void OnNews(Pod& pod, const LinkAsks& news);
  void OnNews(Pod& pod, const LinkOutdated& news);
  void OnNews(Pod& pod, const sync::Report& news);
  void OnNews(Pod& pod, const sync::ReadyReport& news);
  void OnNews(Pod& pod, const wire::StepOutput& news);

  void Show(Event event) { actions_.emplace_back(std::move(event)); }
  void ShowResult(Pod& pod, const wire::BatchResult& result);
  /// Takes what the agent says of a batch of which no report came.
  void Hear(Pod& pod, const LinkRuns& news);
  static void TakeProblem(Pod& pod, const wire::Problem& problem);
  void ShowProblem(const Pod& pod, const wire::Problem& problem);
  void ShowGroup(std::optional<BatchDone> group);
  void ShowTimeline(const std::string& pod, uint64_t batch, const sync::Timeline& timeline);
  void ShowWaiting();
  void TellDefeated(const std::string& path);
  void TellOutrun(const std::string& path);
  void End(Status status, bool again = false);
  void EndIfDone();
  void EndIfHopeless(const Pod& pod);
  /// True for what a server refuses that allowed it before, for a while.
  bool MayBeStarting(const Status& status);
  /// True when the pod holds the newest snapshot.
  bool InSync(const Pod& pod) const;
  bool AllInSync() const;
  /// A pod came to hold the newest snapshot.
  void OnCaughtUp();
  /// Pods that the workload wants and that are not all there, in the controller's words; else "".
  std::string PodsToCome() const;
  void FinishPush();
  Status Unfinished(const std::string& why) const;
  /// True while every pod that the workload wants holds the workspace.
  bool Synced() const;
  devsession::SessionStatus CurrentStatus() const;
  void TellStatus();
  /// After pods came or went: tells the status again when what was told is no longer true.
  void CorrectStatus();
  Actions TakeActions();

  PushMachineOptions options_;
  Actions actions_;
  TimePoint now_{};
  std::map<std::string, Pod> pods_;  ///< by uid
  sync::SnapshotPtr newest_;
  std::vector<sync::ScanProblem> told_problems_;
  bool told_scan_ = false;  ///< that the workspace can't be looked at now
  BatchGroups groups_;
  std::optional<devsession::LastSync> last_sync_;
  std::string told_waiting_;
  std::set<std::string> told_defeated_;  ///< files whose deltas save little
  std::set<std::string> told_outrun_;    ///< files that change faster than they can be sent
  std::optional<Code> told_trouble_;
  bool pods_seen_ = false;
  TimePoint refused_since_{};  ///< when the API server's last row of refusals began
  std::optional<TimePoint> refused_last_;
  std::set<std::string> asking_;     ///< uids of the pods whose removals a person is asked about
  std::optional<bool> told_synced_;  ///< of the status as last written
  bool settled_ = false;
  bool ended_ = false;
};

}  // namespace hawser::cli
