// The stages of a supervisor's job: files, steps, stop, start, report.
#include <chrono>
#include <set>
#include <utility>

#include "agent/supervise/supervisor.h"

namespace hawser::agent {

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
  if (files.live) {
    live_ = true;
    applied_tree_ = files.tree;
    // Steps are known by index: other steps make the indexes mean something else.
    if (!owed_steps_.empty() && files.configure.steps != configure_.steps) {
      for (uint32_t i = 0; i < files.configure.steps.size(); ++i) owed_steps_.insert(i);
    }
    configure_ = files.configure;
  }
  job.problems = std::move(files.problems);
  if (!files.status.ok()) {
    Note(log::Level::kError, "Could not read the session's state", files.status.ToString());
    job.problems.push_back(
        {.path = "/", .reason = wire::ProblemReason::kOther, .message = files.status.ToString()});
  }
  effects_.messages.emplace_back(
      wire::Progress{.number = job.request.number, .phase = wire::Phase::kApplied});
}

void Supervisor::BeginSteps(Job& job) {
  std::set<uint32_t> wanted(job.request.steps.begin(), job.request.steps.end());
  if (job.kind == Job::Kind::kApply) {
    wanted.insert(owed_steps_.begin(), owed_steps_.end());
    job.request.restart = job.request.restart || owed_restart_;
  }
  wanted.erase(wanted.lower_bound(static_cast<uint32_t>(configure_.steps.size())), wanted.end());
  job.request.steps.assign(wanted.begin(), wanted.end());
  std::vector<std::pair<uint32_t, wire::Step>> steps;
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
  owed_steps_ = {job.request.steps.begin(), job.request.steps.end()};
  for (const wire::StepResult& result : steps_.results()) {
    if (result.exit_code == 0 && !result.timed_out) owed_steps_.erase(result.step);
  }
  // An app that a container starts with runs without what the step makes.
  owed_restart_ = !steps_.succeeded() && (job.request.restart || job.kind == Job::Kind::kStart);
}

bool Supervisor::WantsRestart(const Job& job) const {
  if (job.kind == Job::Kind::kRestart) return !WantsContainerRestart(job);
  return job.kind == Job::Kind::kApply && job.request.restart && steps_.succeeded() &&
         configure_.restart.policy == wire::RestartPolicy::kProcess;
}

bool Supervisor::WantsContainerRestart(const Job& job) const {
  if (job.order) return job.order->rule.policy == wire::RestartPolicy::kContainer;
  return job.kind == Job::Kind::kApply && job.request.restart && steps_.succeeded() &&
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
  if (job.order) {
    FinishOrder(job.order->id);
  } else if (job.kind == Job::Kind::kRestart) {
    const std::string trouble = job.restarted ? "" : "the app could not be started";
    effects_.messages.emplace_back(
        wire::RestartResult{.ok = job.restarted, .pid = app_.pid(), .message = trouble});
  } else if (job.kind == Job::Kind::kApply) {
    ReportBatch(job);
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
                                                   .problems = job.problems,
                                                   .steps = steps_.results(),
                                                   .restarted = restarted});
}

}  // namespace hawser::agent
