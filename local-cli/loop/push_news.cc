// What the links report, and what of it is shown.
#include <algorithm>
#include <utility>

#include "lib/base/text.h"
#include "local-cli/loop/push_machine.h"
#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

/// How long a one-time push waits for the restarted app to answer.
constexpr Duration kReadyPatience = std::chrono::seconds(10);
constexpr char kFilesWait[] = "the files wait in the pod: its app container is waiting to start";

/// What crds/ allows of one pod's problems, and of a message in bytes.
constexpr size_t kMaxStatusProblems = 100;
constexpr size_t kMaxStatusMessage = 1024;

std::string FailureOf(const wire::Problem& problem) {
  if (problem.path == "/") return problem.message;  // of no path: a step's, or the state's
  return "can't write " + problem.path + ": " + problem.message;
}

/// What was last written of the pod: it holds until the pod says otherwise.
devsession::PodStatus LastStatus(const devsession::DevSession& session, const std::string& uid) {
  const std::vector<devsession::PodStatus>& pods = session.status.pods;
  const auto last =
      std::find_if(pods.begin(), pods.end(), [&](const auto& pod) { return pod.uid == uid; });
  return last == pods.end() ? devsession::PodStatus() : *last;
}

/// Within what the resource's schema allows; the rest was shown.
void AddProblem(devsession::PodStatus& status, devsession::PodProblem problem) {
  if (status.problems.size() >= kMaxStatusProblems) return;
  problem.message.resize(std::min(problem.message.size(), kMaxStatusMessage));
  status.problems.push_back(std::move(problem));
}

}  // namespace

void PushMachine::OnNews(Pod& pod, const LinkUp& news) {
  pod.up = true;
  pod.down.reset();
  pod.told_down.reset();
  pod.told_in_sync = false;
  pod.heard = false;
  pod.attempts = 0;
  told_trouble_.reset();
  if (pod.status.uid.empty()) pod.status = LastStatus(options_.session, pod.view.uid);
  pod.status.name = pod.view.name;
  pod.status.uid = pod.view.uid;
  pod.status.agent_version = news.agent_version;
  Show(PodConnected{.pod = pod.view.name,
                    .agent_version = news.agent_version,
                    .again = news.again,
                    .direct = news.direct});
}

void PushMachine::OnNews(Pod& pod, const LinkDown& news) {
  pod.up = false;
  pod.holds.reset();
  pod.runs = false;
  pod.down = news.reason;
  pod.attempts = news.attempt;
  pod.ready_by = {};
  if (news.superseded) return End(news.reason);
  if (pod.told_down != news.reason.code()) {
    pod.told_down = news.reason.code();
    Show(PodLost{.pod = pod.view.name, .reason = news.reason});
  }
  EndIfHopeless(pod);
}

void PushMachine::OnNews(Pod& pod, const LinkInSync& news) {
  pod.outrun.clear();
  pod.holds = news.snapshot->id;
  pod.tree = news.snapshot->digest;
  pod.status.tree_digest = pod.tree.ToHex();
  if (!std::exchange(pod.told_in_sync, true)) {
    Show(PodInSync{.pod = pod.view.name, .tree = pod.status.tree_digest});
  }
  if (InSync(pod)) return OnCaughtUp();
  const bool is_older = newest_ != nullptr && news.snapshot->id < newest_->id;
  if (is_older) TellStatus();
}

void PushMachine::OnCaughtUp() {
  const bool waiting = std::any_of(pods_.begin(), pods_.end(), [this](const auto& entry) {
    return entry.second.up && !InSync(entry.second);
  });
  if (!waiting) ShowGroup(groups_.Take());
  if (options_.watch && !waiting && !std::exchange(settled_, true)) {
    actions_.emplace_back(Settle{newest_});
  }
  TellStatus();
}

void PushMachine::OnNews(Pod& pod, const LinkRuns& news) {
  const wire::StatusReply& status = news.status;
  const bool applied = InSync(pod) && status.applied_tree == pod.tree;
  pod.runs = applied && status.app == wire::AppState::kRunning;
  pod.not_running = pod.runs  ? ""
                    : applied ? "its app is " + AppWord(status.app, status.last_exit)
                              : "the files are not applied yet";
  if (!pod.heard) return Hear(pod, news);
  if (applied && pod.failure.empty() && !status.problems.empty()) {
    pod.failure = FailureOf(status.problems.front());
  }
}

void PushMachine::Hear(Pod& pod, const LinkRuns& news) {
  const wire::StatusReply& status = news.status;
  const bool applied = pod.holds.has_value() && status.applied_tree == pod.tree;
  const bool waits = news.container_missing && !options_.barrier;
  if (!applied && !waits) return;  // it goes on, and is asked again
  pod.heard = true;
  pod.status.batch = status.last_batch;
  pod.failure = applied ? "" : kFilesWait;
  pod.status.problems.clear();
  const std::set<std::string> shown = std::exchange(pod.troubled, {});
  for (const wire::Problem& problem : status.problems) {
    TakeProblem(pod, problem);
    if (!shown.contains(problem.path)) ShowProblem(pod, problem);
  }
  if (told_synced_.has_value()) TellStatus();  // without these problems, so far
}

void PushMachine::TakeProblem(Pod& pod, const wire::Problem& problem) {
  pod.failure = FailureOf(problem);
  pod.troubled.insert(problem.path);
  AddProblem(pod.status, {.path = problem.path,
                          .reason = std::string(ReasonWord(problem.reason)),
                          .message = problem.message});
}

void PushMachine::ShowProblem(const Pod& pod, const wire::Problem& problem) {
  if (problem.path != "/") return Show(PathTrouble{.pod = pod.view.name, .problem = problem});
  Show(Warning{"pod " + pod.view.name + ": " + problem.message});
}

void PushMachine::OnNews(Pod& pod, const LinkAsks& news) {
  if (options_.yes) {
    actions_.emplace_back(ConfirmRemovals{pod.view.uid});
    return;
  }
  Show(RemovalsHeld{.pod = pod.view.name,
                    .removals = news.removals,
                    .files = news.files,
                    .can_answer = options_.interactive});
  if (!options_.interactive) {
    if (options_.watch) return;
    return End(FailedPreconditionError(
        "pod " + pod.view.name + ": removing " + std::to_string(news.removals) + " of " +
        Count(news.files, "file") + " needs a yes; check the workspace, then use --yes"));
  }
  if (asking_.empty()) actions_.emplace_back(AskPerson{});
  asking_.insert(pod.view.uid);
}

void PushMachine::OnNews(Pod& pod, const LinkOutdated& news) {
  if (!news.outrun.empty()) {
    pod.outrun = news.outrun;
    TellOutrun(news.outrun);
  }
  actions_.emplace_back(ScanAgain{});
}

void PushMachine::OnNews(Pod& pod, const sync::Report& news) {
  const sync::BatchReport& report = news.report;
  pod.heard = report.result.outcome != wire::BatchOutcome::kNoSupervisor;
  ShowGroup(groups_.Add(pod.view.name, report, now_));
  for (const std::string& path : report.cost.defeated) TellDefeated(path);
  ShowResult(pod, report.result);
  pod.status.batch = report.result.number;
  last_sync_ = {.batch = report.result.number,
                .time = {},
                .files = report.files + report.removals,
                .bytes = report.cost.wire_bytes};
  if (report.result.restarted && report.timeline.ready == TimePoint{}) {
    pod.ready_by = options_.barrier ? options_.give_up_at : now_ + kReadyPatience;
  } else {
    ShowTimeline(pod.view.name, report.result.number, report.timeline);
  }
}

void PushMachine::TellDefeated(const std::string& path) {
  if (!told_defeated_.insert(path).second) return;
  Show(Warning{
      path +
      ": nearly all of it changes with each save, so that deltas save little. Where it is a "
      "program, link it without compressed debug sections (-gz=none); where it is an "
      "archive, sync what it is made of"});
}

void PushMachine::TellOutrun(const std::string& path) {
  if (!told_outrun_.insert(path).second) return;
  Show(Warning{path +
               ": changes faster than it can be sent, and goes when it comes to rest; all else is "
               "sent. Where the pods do not need it, ignore it (.dockerignore)"});
}

void PushMachine::OnNews(Pod& pod, const sync::ReadyReport& news) {
  pod.ready_by = {};
  ShowGroup(groups_.Take());
  ShowTimeline(pod.view.name, news.number, news.timeline);
}

void PushMachine::OnNews(Pod& pod, const wire::StepOutput& news) {
  Show(StepText{.pod = pod.view.name, .step = news.step, .bytes = news.bytes});
}

void PushMachine::ShowResult(Pod& pod, const wire::BatchResult& result) {
  pod.failure.clear();
  pod.status.problems.clear();
  pod.troubled.clear();
  if (result.outcome == wire::BatchOutcome::kFailed) pod.failure = result.message;
  if (result.outcome == wire::BatchOutcome::kNoSupervisor) {
    if (!options_.barrier) pod.failure = kFilesWait;
  }
  for (const wire::Problem& problem : result.problems) {
    TakeProblem(pod, problem);
    Show(PathTrouble{.pod = pod.view.name, .problem = problem});
  }
  for (const wire::StepResult& step : result.steps) {
    if (step.exit_code == 0 && !step.timed_out) continue;
    const std::string command = step.step < options_.session.spec.steps.size()
                                    ? Join(options_.session.spec.steps[step.step].run, " ")
                                    : "step " + std::to_string(step.step);
    pod.failure = "step failed: " + command;
    pod.troubled.insert("/");
    AddProblem(pod.status,
               {.path = "/",
                .reason = "StepFailed",
                .message = FailureWord(step) + "; it runs again with the next batch: " + command});
    Show(StepFailed{.pod = pod.view.name, .command = command, .result = step});
  }
}

void PushMachine::ShowGroup(std::optional<BatchDone> group) {
  if (group) Show(std::move(*group));
}

void PushMachine::ShowTimeline(const std::string& pod, uint64_t batch,
                               const sync::Timeline& timeline) {
  if (!options_.timeline) return;
  Show(BatchTimeline{.pod = pod, .batch = batch, .phases = PhasesOf(timeline)});
}

}  // namespace hawser::cli
