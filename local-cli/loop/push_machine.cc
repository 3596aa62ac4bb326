// The rules of a push: pods come and go, links report, and the person is told once.
#include "local-cli/loop/push_machine.h"

#include <algorithm>
#include <utility>

#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

/// Keys may just have been replaced: one more try reads them again.
constexpr int kKeyAttempts = 3;

/// A server that has just started refuses for some seconds what it allows: it does not know its
/// roles yet.
constexpr Duration kRefusalPatience = std::chrono::seconds(30);
/// Refusals this far apart have nothing to do with one another: between tries is half a minute.
constexpr Duration kRefusalsApart = std::chrono::minutes(2);

/// True when the controller says that the session's pods will have no agent as things are. What it
/// does not know yet (`Unknown`) is no refusal, and an agent that moves to another container comes.
bool IsRefused(const devsession::DevSession& session) {
  const devsession::Condition* injected =
      devsession::FindCondition(session.status, "AgentInjected");
  return injected != nullptr && injected->status == "False" &&
         injected->observed_generation == session.generation && injected->reason != "Moving";
}

/// True when trying again can't help without someone changing something first.
bool IsHopeless(const Status& status, int attempts) {
  switch (status.code()) {
    case Code::kPermissionDenied:
    case Code::kFailedPrecondition:
    case Code::kInvalidArgument:
    case Code::kUnimplemented:
      return true;
    case Code::kUnauthenticated:
      return attempts >= kKeyAttempts;
    default:
      return false;
  }
}

}  // namespace

PushMachine::Actions PushMachine::Step(PushInput input, TimePoint now) {
  now_ = now;
  if (!ended_) std::visit([this](const auto& what) { On(what); }, input);
  EndIfDone();
  return TakeActions();
}

PushMachine::Actions PushMachine::OnTick(TimePoint now) {
  now_ = now;
  if (now >= groups_.ShowAt()) ShowGroup(groups_.Take());
  EndIfDone();
  if (now >= options_.give_up_at) {
    End(Unfinished("not every pod was brought up to date in time"));
  }
  return TakeActions();
}

TimePoint PushMachine::WakeAt() const {
  TimePoint wake = std::min(options_.give_up_at, groups_.ShowAt());
  for (const auto& [uid, pod] : pods_) {
    if (pod.ready_by != TimePoint{}) wake = std::min(wake, pod.ready_by);
  }
  return wake;
}

PushMachine::Actions PushMachine::TakeActions() {
  return std::exchange(actions_, {});
}

void PushMachine::End(Status status, bool again) {
  if (std::exchange(ended_, true)) return;
  ShowGroup(groups_.Take());
  actions_.emplace_back(Finish{.status = std::move(status), .again = again});
}

void PushMachine::On(const PodsSeen& input) {
  pods_seen_ = true;
  std::map<std::string, Pod> before = std::exchange(pods_, {});
  for (const PodView& view : input.pods) {
    if (view.ending) continue;
    const auto known = before.find(view.uid);
    Pod pod;
    if (known != before.end()) {
      pod = std::move(known->second);
      before.erase(known);
    }
    pod.view = view;
    if (view.agent_running && !std::exchange(pod.linked, true)) {
      actions_.emplace_back(OpenLink{view});
    }
    pods_.emplace(view.uid, std::move(pod));
  }
  for (const auto& [uid, pod] : before) {
    actions_.emplace_back(CloseLink{uid});
    Show(PodGone{pod.view.name});
  }
  ShowWaiting();
  CorrectStatus();
}

void PushMachine::On(const SessionSeen& input) {
  if (input.session.generation != options_.session.generation) {
    Show(Notice{"the session changed: going on with its new settings"});
    return End(OkStatus(), true);
  }
  options_.session = input.session;
  ShowWaiting();
  CorrectStatus();
}

void PushMachine::On(const SessionGone&) {
  End(NotFoundError("session " + options_.session.name +
                    " was deleted; its workload is being restored"));
}

void PushMachine::On(const Scanned& input) {
  if (!input.scan.ok() && options_.watch && IsRetryable(input.scan.status())) {
    if (!std::exchange(told_scan_, true)) Show(Warning{input.scan.status().message()});
    return;
  }
  if (!input.scan.ok()) return End(input.scan.status());
  told_scan_ = false;
  if (newest_ == nullptr) {
    Show(
        WorkspaceRead{.directory = options_.directory, .files = input.scan->snapshot->tree.size()});
  }
  const sync::SnapshotPtr before = std::exchange(newest_, input.scan->snapshot);
  bool caught_up = false;
  for (auto& [uid, pod] : pods_) {
    pod.runs = pod.runs && InSync(pod);
    caught_up = caught_up || InSync(pod);
  }
  // A link may be faster than who tells of the snapshot here.
  if (caught_up && newest_ != before) OnCaughtUp();
  for (const sync::ScanProblem& problem : input.scan->problems) {
    if (std::find(told_problems_.begin(), told_problems_.end(), problem) != told_problems_.end()) {
      continue;
    }
    Show(PathSkipped{.path = problem.path, .message = problem.message});
  }
  told_problems_ = input.scan->problems;
}

void PushMachine::On(const LinkEvent& input) {
  const auto pod = pods_.find(input.uid);
  if (pod == pods_.end()) return;
  std::visit([&](const auto& news) { OnNews(pod->second, news); }, input.news);
}

void PushMachine::On(const Answered& input) {
  const std::set<std::string> asking = std::exchange(asking_, {});
  if (asking.empty()) return;
  if (!input.yes) {
    return End(
        CancelledError("nothing was removed; bring the files back, or run again with --yes"));
  }
  for (const std::string& uid : asking) actions_.emplace_back(ConfirmRemovals{uid});
}

void PushMachine::On(const ClusterTrouble& input) {
  if (IsHopeless(input.status, kKeyAttempts) && !MayBeStarting(input.status)) {
    return End(input.status);
  }
  if (told_trouble_ == input.status.code()) return;
  told_trouble_ = input.status.code();
  Show(Warning{"the API server can't be watched, trying again: " + input.status.message()});
}

bool PushMachine::MayBeStarting(const Status& status) {
  if (status.code() != Code::kPermissionDenied || !pods_seen_) return false;
  if (!refused_last_ || now_ - *refused_last_ > kRefusalsApart) refused_since_ = now_;
  refused_last_ = now_;
  return now_ - refused_since_ < kRefusalPatience;
}

void PushMachine::On(const StatusRefused& input) {
  Show(Warning{"the session's status is not kept up to date: " + input.status.message()});
}

void PushMachine::On(const RootsChanged&) {
  Show(
      Notice{"what a rule of spec.sync starts from is there now, or became a file or a directory: "
             "going on with that"});
  End(OkStatus(), true);
}

void PushMachine::On(const Stopped&) {
  End(options_.watch ? OkStatus() : CancelledError("interrupted before every pod was up to date"));
}

void PushMachine::ShowWaiting() {
  std::string why;
  if (pods_.empty() && IsAsleep(options_.session)) {
    why = settled_ ? "the session sleeps for want of use; the next save wakes it"
                   : "the session sleeps for want of use: waking it";
  } else if (pods_.empty()) {
    why = "waiting for pods";
    if (const std::string reason = ExplainNotReady(options_.session); !reason.empty()) {
      why += ": " + reason;
    }
  }
  for (const auto& [uid, pod] : pods_) {
    if (pod.view.agent_running) continue;
    why = "waiting for pod " + pod.view.name;
    if (!pod.view.waiting.empty()) why += ": " + pod.view.waiting;
  }
  if (why.empty() && !PodsToCome().empty()) why = "waiting for pods: " + PodsToCome();
  if (why != std::exchange(told_waiting_, why) && !why.empty()) Show(Notice{why});
  if (!options_.watch && pods_.empty() && IsRefused(options_.session)) {
    End(FailedPreconditionError(ExplainNotReady(options_.session)));
  }
}

bool PushMachine::InSync(const Pod& pod) const {
  return newest_ != nullptr && pod.holds == newest_->id;
}

bool PushMachine::AllInSync() const {
  return !pods_.empty() && std::all_of(pods_.begin(), pods_.end(),
                                       [this](const auto& entry) { return InSync(entry.second); });
}

void PushMachine::EndIfDone() {
  if (options_.watch || ended_ || !AllInSync()) return;
  for (const auto& [uid, pod] : pods_) {
    if (pod.ready_by > now_ || !pod.heard) return;
    if (options_.barrier && !pod.runs && pod.failure.empty()) return;
  }
  if (PodsToCome().empty()) FinishPush();
}

void PushMachine::FinishPush() {
  const bool failed = std::any_of(pods_.begin(), pods_.end(),
                                  [](const auto& entry) { return !entry.second.failure.empty(); });
  if (failed) {
    return End(Unfinished("the files arrived, but not everything that follows went well"));
  }
  if (options_.barrier) Show(AllRun{.tree = newest_->digest.ToHex(), .pods = pods_.size()});
  End(OkStatus());
}

std::string PushMachine::PodsToCome() const {
  const devsession::Condition* agents =
      devsession::FindCondition(options_.session.status, "AgentsReady");
  const bool to_come = agents != nullptr && agents->status == "False" &&
                       (agents->reason == "PodsPending" || agents->reason == "Asleep") &&
                       agents->observed_generation == options_.session.generation;
  return to_come ? agents->message : "";
}

void PushMachine::EndIfHopeless(const Pod& pod) {
  if (options_.watch || !pod.down || !IsHopeless(*pod.down, pod.attempts)) return;
  End(Unfinished("a pod can't be reached"));
}

Status PushMachine::Unfinished(const std::string& why) const {
  std::string reasons;
  for (const auto& [uid, pod] : pods_) {
    std::string reason = pod.failure;
    if (reason.empty() && InSync(pod) && options_.barrier) reason = pod.not_running;
    if (reason.empty() && InSync(pod) && !pod.heard) {
      reason = "it is not known yet what came of its last batch";
    }
    if (reason.empty() && InSync(pod)) continue;
    if (reason.empty() && !pod.outrun.empty()) reason = pod.outrun + " changes while it is sent";
    if (reason.empty() && pod.down) reason = pod.down->message();
    if (reason.empty() && !pod.view.agent_running) reason = pod.view.waiting;
    if (reason.empty()) reason = pod.up ? "not confirmed yet" : "its agent does not run yet";
    reasons += "; pod " + pod.view.name + ": " + reason;
  }
  if (!PodsToCome().empty()) reasons += "; " + PodsToCome();
  if (pods_.empty()) reasons = "; there are no pods: " + ExplainNotReady(options_.session);
  return FailedPreconditionError(why + reasons);
}

bool PushMachine::Synced() const {
  return AllInSync() && PodsToCome().empty();
}

void PushMachine::TellStatus() {
  told_synced_ = Synced();
  actions_.emplace_back(WriteStatus{CurrentStatus()});
}

void PushMachine::CorrectStatus() {
  if (told_synced_.has_value() && *told_synced_ != Synced()) TellStatus();
}

devsession::SessionStatus PushMachine::CurrentStatus() const {
  devsession::SessionStatus status;
  for (const auto& [uid, pod] : pods_) {
    if (!pod.status.name.empty()) status.pods.push_back(pod.status);
  }
  status.last_sync = last_sync_;
  const bool synced = Synced();
  const auto behind = static_cast<size_t>(std::count_if(
      pods_.begin(), pods_.end(), [this](const auto& entry) { return !InSync(entry.second); }));
  status.conditions.push_back(
      {.type = devsession::kSyncedCondition,
       .status = synced ? "True" : "False",
       .reason = synced ? "UpToDate" : "PodsBehind",
       .message = synced       ? "every pod holds the workspace"
                  : behind > 0 ? Count(behind, "pod") + " not up to date with the workspace"
                               : "not every pod is there yet: " + PodsToCome(),
       .observed_generation = options_.session.generation});
  return status;
}

}  // namespace hawser::cli
