// Decides what process 1 of the app container does next.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "agent/supervise/app.h"
#include "agent/supervise/container_files.h"
#include "agent/supervise/processes.h"
#include "agent/supervise/step_sequence.h"
#include "agent/supervise/supervisor_events.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/wire/messages.h"

namespace hawser::agent {

/// The supervisor's exit code when it ends so that kubelet restarts the container (restart policy
/// Container): EX_TEMPFAIL.
inline constexpr int kExitForContainerRestart = 75;

struct SupervisorOptions {
  std::vector<std::string> entrypoint;
  bool wait_for_sync = false;
  Duration sync_wait = std::chrono::seconds(30);  ///< for a first batch, while nobody pushes
  Duration push_wait = std::chrono::minutes(5);   ///< for it at most, while someone does
  std::string version;
  uint32_t uid = 0;
  uint64_t seed = 0;      ///< spreads retries
  uint64_t instance = 0;  ///< random: this life of the supervisor
};

/// The supervisor as a state machine: jobs (the start, a batch, a restart) run one after the other,
/// each through files, steps, stop and start. DESIGN.md tells the rules. One thread.
class Supervisor {
 public:
  /// `processes` and `files` must outlive the supervisor.
  Supervisor(SupervisorOptions options, Processes& processes, ContainerFiles& files);

  Effects Step(const SupervisorEvent& event, TimePoint now);

  /// When TimerDue must come at the latest; nothing while no time matters.
  std::optional<TimePoint> due() const;

 private:
  struct Job {
    enum class Kind { kStart, kApply, kRestart };
    enum class Stage { kFiles, kSteps, kStop, kStart, kReport };
    Kind kind = Kind::kStart;
    Stage stage = Stage::kFiles;
    wire::ApplyRequest request;               ///< kApply; for kStart its steps
    std::optional<wire::RestartOrder> order;  ///< kRestart, where an annotation asked for it
    std::vector<wire::Problem> problems;
    bool brought = true;         ///< its files; else steps and restart are left out
    bool steps_changed = false;  ///< the session's, since this job's began
    bool restarted = false;
  };

  void On(const Begin& event);
  void On(const TimerDue& event);
  void On(const SignalReceived& event);
  void On(const ChildrenExited& event);
  void On(const StepWrote& event);
  void On(const AgentConnected& event);
  void On(const AgentSaid& event);

  void RunJobs();
  /// Takes the job one stage further; false while it has to wait for something.
  bool RunStage(Job& job);
  void BringFiles(Job& job);
  void BeginSteps(Job& job);
  void OnStepsDone(const Job& job);
  void KeepOwed(const Job& job);
  /// Puts `configure` in force.
  void TakeConfigure(const wire::Configure& configure);
  /// True when the job's files were brought and its steps ended well.
  bool Succeeded(const Job& job) const { return job.brought && steps_.succeeded(); }
  void StopApp(const Job& job);
  bool WantsRestart(const Job& job) const;
  bool WantsContainerRestart(const Job& job) const;
  void StartForJob(Job& job);
  void Report(const Job& job);
  void ReportBatch(const Job& job);
  bool AllApplied() const;
  void TellContainerState();

  void OnPushState(bool connected);
  void OnRestartOrder(const wire::RestartOrder& order);
  void FinishOrder(const std::string& id);
  void GiveUpWaiting();
  void StartApp();
  void OnAppEnded();
  void ScheduleRetry();
  void ReportStatus();
  wire::AppStatus CurrentStatus() const;
  void Note(log::Level level, const char* message, std::string detail);

  const SupervisorOptions options_;
  ContainerFiles& files_;
  App app_;
  StepSequence steps_;
  TimePoint now_{};
  Effects effects_;

  bool live_ = false;  ///< a batch was ever confirmed: a failing app no longer ends the container
  Digest applied_tree_;
  wire::Configure configure_;
  std::vector<uint32_t> owed_steps_;  ///< failed, or left out after what failed: the next batch's
  bool owed_restart_ = false;         ///< left out after what failed
  std::vector<wire::Problem> problems_;    ///< of the last job that brought files
  std::vector<wire::StepResult> results_;  ///< of its steps
  std::optional<Job> job_;
  std::deque<Job> waiting_;
  std::optional<TimePoint> sync_deadline_;  ///< while the app waits for its first batch
  TimePoint waits_since_{};                 ///< for it
  bool pushed_to_ = false;                  ///< as the agent last said
  std::optional<TimePoint> retry_at_;       ///< while a failed app waits for its next start
  bool terminating_ = false;  ///< the container is to end: so it does as soon as the app ended
  std::optional<TimePoint> answer_until_;  ///< an exit by then answers a signal: the container ends
  bool leaving_ = false;                   ///< policy Container: end once the app stopped
  std::string last_order_;                 ///< the request that the app was last restarted for
  std::optional<wire::AppStatus> reported_;
};

}  // namespace hawser::agent
