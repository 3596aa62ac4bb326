// The life of the app's process: started, stopped with grace, started again after it failed.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/supervise/processes.h"
#include "lib/base/backoff.h"
#include "lib/base/clock.h"

namespace hawser::agent {

/// A state machine over Processes. One thread; time is passed in.
class App {
 public:
  enum class Phase {
    kNotStarted,
    kRunning,
    kStopping,  ///< signalled; waits for the whole group to be gone
    kExited,
  };

  /// `processes` must outlive the app. Retries after failures are spread by `seed`.
  App(std::vector<std::string> argv, Processes& processes, uint64_t seed);

  /// Starts the process, which must not be running. A program that can't be started counts as
  /// exited with 127 or 126.
  Status Start(TimePoint now);

  /// Asks the group to end by `signal`; kills it after `grace`. When the group is gone the phase is
  /// kExited.
  void Stop(int signal, Duration grace, TimePoint now);

  /// Hands a signal on to the group.
  void Forward(int signal);

  /// A child was reaped, the app's or any other. What an app that ended by itself left behind is
  /// killed.
  void OnChildExited(const ReapedChild& child);

  /// Kills what outstayed its grace.
  void OnTimer(TimePoint now);

  /// How long to wait before the next start after a failure; the sequence begins anew after a
  /// minute of running.
  Duration RetryDelay(TimePoint now);
  /// Someone asked for a start: failures so far no longer count.
  void ForgetFailures() { backoff_.Reset(); }

  Phase phase() const { return phase_; }
  bool alive() const { return phase_ == Phase::kRunning || phase_ == Phase::kStopping; }
  pid_t pid() const { return alive() ? pid_ : 0; }
  uint32_t starts() const { return starts_; }
  int last_exit() const { return last_exit_; }
  /// When OnTimer wants to be called; nothing while there is no need.
  std::optional<TimePoint> due() const { return due_; }

 private:
  void CheckStopped();

  const std::vector<std::string> argv_;
  Processes& processes_;
  Backoff backoff_;
  Phase phase_ = Phase::kNotStarted;
  pid_t pid_ = 0;
  bool leader_ended_ = false;
  bool killed_ = false;
  uint32_t starts_ = 0;
  int last_exit_ = 0;
  TimePoint started_{};
  std::optional<TimePoint> due_;
};

}  // namespace hawser::agent
