// The stages of a supervisor's job: files, steps, stop, start, report.
#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "agent/supervise/supervisor.h"
#include "lib/wire/told_problems.h"

namespace hawser::agent {
namespace {

/// The first `count` steps beside those that are in `steps` already, unless none is.
void Widen(std::vector<uint32_t>& steps, size_t count) {
  if (steps.empty()) return;
  std::set<uint32_t> all(steps.begin(), steps.end());
  for (uint32_t i = 0; i < count; ++i) all.insert(i);
  steps.assign(all.begin(), all.end());
}

}  // namespace

void Supervisor::RunJobs() {
  while (!effects_.exit_code && !leaving_ && !terminating_) {
    if (!job_) {
      if (waiting_.empty()) return;
      job_ = std::move(waiting_.front());
      waiting_.pop_front();
      sync_deadline_.reset();
      retry_at_.reset();
    }
    while (job_->stage != Job::Stage::kReport) {
      if (!RunStage(*job_)) return;
    }
    const Job done = *std::exchange(job_, std::nullopt);
    ReportStatus();
    Report(done);
  }
}

bool Supervisor::RunStage(Job& job) {
  switch (job.stage) {
    case Job::Stage::kFiles:
      BringFiles(job);
      BeginSteps(job);
      job.stage = Job::Stage::kSteps;
      return true;
    case Job::Stage::kSteps:
      if (steps_.running()) return false;
      OnStepsDone(job);
      job.stage = Job::Stage::kStop;
      return true;
    case Job::Stage::kStop:
      if (WantsRestart(job)) StopApp(job);
      if (app_.phase() == App::Phase::kStopping) return false;
      job.stage = Job::Stage::kStart;
      return true;
    case Job::Stage::kStart:
      StartForJob(job);
      job.stage = Job::Stage::kReport;
      return true;
    case Job::Stage::kReport:
      break;
  }
  return true;
}

void Supervisor::BringFiles(Job& job) {
  FilesReport files = files_.Bring();
  job.brought = files.live;
  job.problems = std::move(files.problems);
  wire::CutToTold(job.problems);
  if (!files.live) {
    const std::string why =
        files.status.ok() ? "the session's state names no batch" : files.status.ToString();
    Note(log::Level::kError, "Could not read the session's state", why);
    job.problems.push_back({.path = "/", .reason = wire::ProblemReason::kOther, .message = why});
    return;
  }
  live_ = true;
  applied_tree_ = files.tree;
  TakeConfigure(files.configure);
  effects_.messages.emplace_back(
      wire::Progress{.number = job.request.number, .phase = wire::Phase::kApplied});
}

/// Steps are known by index: other steps make the indexes mean something else. So all are to run
/// where any was.
void Supervisor::TakeConfigure(const wire::Configure& configure) {
  if (configure.steps != configure_.steps) {
    Widen(owed_steps_, configure.steps.size());
    for (Job& job : waiting_) Widen(job.request.steps, configure.steps.size());
    if (job_) {
      Widen(job_->request.steps, configure.steps.size());
      job_->steps_changed = true;
    }
  }
  configure_ = configure;
}

void Supervisor::BeginSteps(Job& job) {
  std::set<uint32_t> wanted(job.request.steps.begin(), job.request.steps.end());
  if (job.kind == Job::Kind::kApply) {
    wanted.insert(owed_steps_.begin(), owed_steps_.end());
    job.request.restart = job.request.restart || owed_restart_;
  }
  wanted.erase(wanted.lower_bound(static_cast<uint32_t>(configure_.steps.size())), wanted.end());
  job.request.steps.assign(wanted.begin(), wanted.end());
  job.steps_changed = false;
  std::vector<std::pair<uint32_t, wire::Step>> steps;
  if (!job.brought) wanted.clear();
  for (const uint32_t index : wanted) steps.emplace_back(index, configure_.steps[index]);
  steps_.Begin(std::move(steps), now_);
}

void Supervisor::OnStepsDone(const Job& job) {
  for (const wire::StepResult& result : steps_.results()) {
    Note(result.exit_code == 0 ? log::Level::kInfo : log::Level::kWarning, "A step ended",
         "step " + std::to_string(result.step) + ", exit code " + std::to_string(result.exit_code) +
             (result.timed_out ? ", timed out" : "") + (result.message.empty() ? "" : ", ") +
             result.message);
  }
  KeepOwed(job);
  if (job.kind != Job::Kind::kApply || steps_.results().empty()) return;
  effects_.messages.emplace_back(
      wire::Progress{.number = job.request.number, .phase = wire::Phase::kStepsDone});
}

void Supervisor::KeepOwed(const Job& job) {
  if (job.kind == Job::Kind::kRestart) return;
  owed_steps_.clear();
  owed_restart_ = false;
  if (Succeeded(job)) return;
  owed_steps_ = job.request.steps;
  for (const wire::StepResult& result : steps_.results()) {
    const bool done = result.exit_code == 0 && !result.timed_out && !job.steps_changed;
    if (done) std::erase(owed_steps_, result.step);
  }
  // An app that a container starts with runs without what the step makes.
  owed_restart_ = job.request.restart || job.kind == Job::Kind::kStart;
}

bool Supervisor::WantsRestart(const Job& job) const {
  if (job.kind == Job::Kind::kRestart) return !WantsContainerRestart(job);
  return job.kind == Job::Kind::kApply && job.request.restart && Succeeded(job) &&
         configure_.restart.policy == wire::RestartPolicy::kProcess;
}

bool Supervisor::WantsContainerRestart(const Job& job) const {
  if (job.order) return job.order->rule.policy == wire::RestartPolicy::kContainer;
  return job.kind == Job::Kind::kApply && job.request.restart && Succeeded(job) &&
         configure_.restart.policy == wire::RestartPolicy::kContainer;
}

void Supervisor::StopApp(const Job& job) {
  const wire::RestartRule& rule = job.order ? job.order->rule : configure_.restart;
  app_.Stop(static_cast<int>(rule.signal), std::chrono::milliseconds(rule.grace_ms), now_);
}

void Supervisor::StartForJob(Job& job) {
  if (app_.alive() || WantsContainerRestart(job)) return;
  if (job.kind != Job::Kind::kStart) app_.ForgetFailures();
  StartApp();
  job.restarted = app_.alive();
}

void Supervisor::Report(const Job& job) {
  leaving_ = WantsContainerRestart(job);
  if (job.kind != Job::Kind::kRestart) {
    problems_ = job.problems;
    results_ = steps_.results();
    wire::CutToTold(results_);
  }
  if (job.order) {
    FinishOrder(job.order->id);
  } else if (job.kind == Job::Kind::kRestart) {
    const std::string trouble = job.restarted ? "" : "the app could not be started";
    effects_.messages.emplace_back(
        wire::RestartResult{.ok = job.restarted, .pid = app_.pid(), .message = trouble});
  } else if (job.kind == Job::Kind::kApply) {
    ReportBatch(job);
  } else {
    TellContainerState();
  }
  if (!leaving_) return;
  StopApp(job);
  if (!app_.alive()) effects_.exit_code = kExitForContainerRestart;
}

void Supervisor::ReportBatch(const Job& job) {
  const bool restarted = job.restarted || leaving_;
  if (restarted) {
    effects_.messages.emplace_back(
        wire::Progress{.number = job.request.number, .phase = wire::Phase::kRestarted});
  }
  effects_.messages.emplace_back(wire::ApplyResult{.number = job.request.number,
                                                   .problems = problems_,
                                                   .steps = results_,
                                                   .restarted = restarted});
}

bool Supervisor::AllApplied() const {
  const auto applies = [](const Job& job) { return job.kind != Job::Kind::kRestart; };
  return !leaving_ && !(job_ && applies(*job_)) &&
         std::none_of(waiting_.begin(), waiting_.end(), applies);
}

void Supervisor::TellContainerState() {
  effects_.messages.emplace_back(wire::ContainerState{
      .tree = AllApplied() ? applied_tree_ : Digest(), .problems = problems_, .steps = results_});
}

}  // namespace hawser::agent
