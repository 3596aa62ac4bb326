// Events of the supervisor; the stages of a job are in jobs.cc.
#include "agent/supervise/supervisor.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "lib/wire/told_problems.h"

namespace hawser::agent {
namespace {

using std::chrono::seconds;

/// After a signal that need not end an app but may (some images stop by WINCH or USR1), an exit
/// within Kubernetes' default grace period is taken as its answer.
constexpr Duration kSignalAnswer = seconds(30);
constexpr int kSignalExitBase = 128;
/// A push that lost its connection comes back within this time, or not soon.
constexpr Duration kPushReturns = seconds(10);

bool AlwaysEnds(int signal) {
  return signal == SIGTERM || signal == SIGINT || signal == SIGQUIT;
}

void Earliest(std::optional<TimePoint>& due, const std::optional<TimePoint>& other) {
  if (other && (!due || *other < *due)) due = other;
}

}  // namespace

Supervisor::Supervisor(SupervisorOptions options, Processes& processes, ContainerFiles& files)
    : options_(std::move(options)),
      files_(files),
      app_(options_.entrypoint, processes, options_.seed),
      steps_(processes) {}

Effects Supervisor::Step(const SupervisorEvent& event, TimePoint now) {
  now_ = now;
  effects_ = {};
  std::visit([this](const auto& what) { On(what); }, event);
  RunJobs();
  ReportStatus();
  return std::move(effects_);
}

std::optional<TimePoint> Supervisor::due() const {
  std::optional<TimePoint> due = app_.due();
  Earliest(due, steps_.due());
  Earliest(due, sync_deadline_);
  Earliest(due, retry_at_);
  return due;
}

void Supervisor::On(const Begin&) {
  FilesReport files = files_.Bring();
  configure_ = files.configure;
  if (!files.status.ok())
    Note(log::Level::kError, "Could not read the session's state", files.status.ToString());
  if (files.live) {
    live_ = true;
    applied_tree_ = files.tree;
    wire::CutToTold(files.problems);
    for (const wire::Problem& problem : files.problems) {
      Note(log::Level::kWarning, "Could not write a file", problem.path + ": " + problem.message);
    }
    Job job{.kind = Job::Kind::kStart, .stage = Job::Stage::kSteps};
    job.request.steps = std::move(files.steps_due);
    job.problems = std::move(files.problems);
    BeginSteps(job);
    job_ = std::move(job);
  } else if (options_.wait_for_sync) {
    waits_since_ = now_;
    sync_deadline_ = now_ + options_.sync_wait;
    Note(log::Level::kInfo, "Waiting for the first files before the app starts", "");
  } else {
    StartApp();
  }
}

void Supervisor::On(const TimerDue&) {
  const bool was_alive = app_.alive();
  app_.OnTimer(now_);
  if (was_alive && !app_.alive()) OnAppEnded();
  steps_.OnTimer(now_);
  if (sync_deadline_ && now_ >= *sync_deadline_) GiveUpWaiting();
  if (retry_at_ && now_ >= *retry_at_) {
    retry_at_.reset();
    StartApp();
  }
}

void Supervisor::On(const SignalReceived& event) {
  if (!AlwaysEnds(event.signal)) {
    answer_until_ = now_ + kSignalAnswer;
    return app_.Forward(event.signal);
  }
  terminating_ = true;
  steps_.Abandon();
  job_.reset();
  waiting_.clear();
  sync_deadline_.reset();
  retry_at_.reset();
  if (!app_.alive()) {
    effects_.exit_code = kSignalExitBase + event.signal;
    return;
  }
  app_.Forward(event.signal);
}

void Supervisor::On(const ChildrenExited& event) {
  const bool was_alive = app_.alive();
  for (const ReapedChild& child : event.children) {
    app_.OnChildExited(child);
    steps_.OnChildExited(child, now_);
  }
  if (was_alive && !app_.alive()) OnAppEnded();
}

void Supervisor::On(const StepWrote& event) {
  if (!job_ || job_->kind != Job::Kind::kApply || !steps_.running()) return;
  effects_.messages.emplace_back(wire::StepOutput{
      .number = job_->request.number, .step = steps_.current(), .bytes = event.bytes});
}

void Supervisor::On(const AgentConnected&) {
  effects_.messages.emplace_back(wire::SupervisorHello{
      .agent_version = options_.version, .uid = options_.uid, .applied_tree = applied_tree_});
  effects_.messages.emplace_back(
      wire::RestartState{.instance = options_.instance, .last = last_order_});
  TellContainerState();
  reported_.reset();
}

void Supervisor::On(const AgentSaid& event) {
  if (const auto* configure = std::get_if<wire::Configure>(&event.message)) {
    TakeConfigure(*configure);
  } else if (const auto* push = std::get_if<wire::PushState>(&event.message)) {
    OnPushState(push->connected);
  } else if (const auto* ahead = std::get_if<wire::Prepare>(&event.message)) {
    files_.Prepare(configure_.roots, *ahead);
  } else if (const auto* request = std::get_if<wire::ApplyRequest>(&event.message)) {
    waiting_.push_back({.kind = Job::Kind::kApply, .request = *request});
  } else if (std::holds_alternative<wire::RestartRequest>(event.message)) {
    waiting_.push_back({.kind = Job::Kind::kRestart, .stage = Job::Stage::kStop});
  } else if (const auto* order = std::get_if<wire::RestartOrder>(&event.message)) {
    OnRestartOrder(*order);
  } else if (const auto* reject = std::get_if<wire::Reject>(&event.message)) {
    Note(log::Level::kWarning, "The agent ended the connection", reject->message);
  }
}

/// An agent that starts anew orders again what it does not know to be done.
void Supervisor::OnRestartOrder(const wire::RestartOrder& order) {
  const auto same = [&](const Job& job) { return job.order && job.order->id == order.id; };
  if ((job_ && same(*job_)) || std::any_of(waiting_.begin(), waiting_.end(), same)) return;
  // An app that waits for its first files has nothing to restart.
  if (order.id == last_order_ || sync_deadline_) return FinishOrder(order.id);
  Note(log::Level::kInfo, "Restarts the app on request", order.id);
  waiting_.push_back({.kind = Job::Kind::kRestart, .stage = Job::Stage::kStop, .order = order});
}

void Supervisor::FinishOrder(const std::string& id) {
  last_order_ = id;
  effects_.messages.emplace_back(
      wire::RestartState{.instance = options_.instance, .last = last_order_});
}

void Supervisor::OnPushState(bool connected) {
  pushed_to_ = connected;
  if (!connected) files_.DropPrepared();
  if (!sync_deadline_) return;
  const TimePoint latest = waits_since_ + options_.push_wait;
  const TimePoint unpushed = std::max(waits_since_ + options_.sync_wait, now_ + kPushReturns);
  sync_deadline_ = connected ? latest : std::min(latest, unpushed);
}

void Supervisor::GiveUpWaiting() {
  sync_deadline_.reset();
  Note(log::Level::kWarning, "No files came in time: starting the app with those of its image",
       pushed_to_ ? "a push is connected, but its first batch is not here yet"
                  : "nobody pushes to this session");
  StartApp();
}

void Supervisor::StartApp() {
  retry_at_.reset();
  sync_deadline_.reset();
  if (const Status started = app_.Start(now_); !started.ok()) {
    Note(log::Level::kError, "Could not start the app", started.ToString());
    OnAppEnded();
  }
}

void Supervisor::OnAppEnded() {
  if (leaving_) {
    effects_.exit_code = kExitForContainerRestart;
  } else if (job_ && job_->stage < Job::Stage::kStart && !terminating_) {
    return;  // the job starts it again
  } else if (!live_ || terminating_ || (answer_until_ && now_ < *answer_until_)) {
    effects_.exit_code = app_.last_exit();
  } else {
    ScheduleRetry();
  }
}

void Supervisor::ScheduleRetry() {
  retry_at_ = now_ + app_.RetryDelay(now_);
  Note(log::Level::kWarning,
       "The app ended by itself: it starts again with the next change, or later",
       "exit code " + std::to_string(app_.last_exit()));
}

void Supervisor::ReportStatus() {
  const wire::AppStatus status = CurrentStatus();
  if (status == reported_) return;
  reported_ = status;
  effects_.messages.emplace_back(status);
}

wire::AppStatus Supervisor::CurrentStatus() const {
  wire::AppStatus status{.app = wire::AppState::kStarting,
                         .pid = app_.pid(),
                         .restarts = app_.starts() > 0 ? app_.starts() - 1 : 0,
                         .last_exit = app_.last_exit()};
  if (app_.phase() == App::Phase::kRunning) status.app = wire::AppState::kRunning;
  if (app_.phase() == App::Phase::kExited && !job_) status.app = wire::AppState::kExited;
  if (sync_deadline_) status.app = wire::AppState::kWaitingForSync;
  return status;
}

void Supervisor::Note(log::Level level, const char* message, std::string detail) {
  effects_.notes.push_back({.level = level, .message = message, .detail = std::move(detail)});
}

}  // namespace hawser::agent
