// Runs a batch's steps one after the other.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "agent/supervise/processes.h"
#include "lib/base/clock.h"
#include "lib/wire/messages.h"

namespace hawser::agent {

/// Each step runs only when the one before ended with 0; one that takes too long is killed with its
/// group. One thread.
class StepSequence {
 public:
  /// `processes` must outlive the sequence.
  explicit StepSequence(Processes& processes) : processes_(processes) {}

  /// Begins with the first of `steps`, each with its index in the configuration. None may be
  /// running.
  void Begin(std::vector<std::pair<uint32_t, wire::Step>> steps, TimePoint now);
  void OnChildExited(const ReapedChild& child, TimePoint now);
  void OnTimer(TimePoint now);
  /// Kills what runs and forgets the rest.
  void Abandon();

  bool running() const { return pid_ != 0; }
  /// Index of the running step.
  uint32_t current() const { return steps_[next_ - 1].first; }
  /// True when all steps that ran ended well.
  bool succeeded() const { return succeeded_; }
  const std::vector<wire::StepResult>& results() const { return results_; }
  std::optional<TimePoint> due() const { return due_; }

 private:
  void StartNext(TimePoint now);
  void Finish(wire::StepResult result, TimePoint now);

  Processes& processes_;
  std::vector<std::pair<uint32_t, wire::Step>> steps_;
  size_t next_ = 0;
  pid_t pid_ = 0;
  bool timed_out_ = false;
  bool succeeded_ = true;
  TimePoint started_{};
  std::optional<TimePoint> due_;
  std::vector<wire::StepResult> results_;
};

}  // namespace hawser::agent
