// The sequence of steps and their timeouts.
#include "agent/supervise/step_sequence.h"

#include <csignal>

namespace hawser::agent {

void StepSequence::Begin(std::vector<std::pair<uint32_t, wire::Step>> steps, TimePoint now) {
  steps_ = std::move(steps);
  next_ = 0;
  succeeded_ = true;
  results_.clear();
  StartNext(now);
}

void StepSequence::OnChildExited(const ReapedChild& child, TimePoint now) {
  if (pid_ == 0 || child.pid != pid_) return;
  Finish({.step = current(), .exit_code = child.code, .timed_out = timed_out_}, now);
}

void StepSequence::OnTimer(TimePoint now) {
  if (pid_ == 0 || !due_ || now < *due_) return;
  timed_out_ = true;
  due_.reset();
  processes_.SignalGroup(pid_, SIGKILL);
}

void StepSequence::Abandon() {
  if (pid_ != 0) processes_.SignalGroup(pid_, SIGKILL);
  pid_ = 0;
  due_.reset();
  next_ = steps_.size();
}

void StepSequence::StartNext(TimePoint now) {
  if (next_ == steps_.size()) return;
  const auto& [index, step] = steps_[next_++];
  started_ = now;
  timed_out_ = false;
  const Result<pid_t> pid = processes_.StartStep(step.argv);
  if (!pid.ok()) {
    return Finish({.step = index, .exit_code = -1, .message = pid.status().ToString()}, now);
  }
  pid_ = *pid;
  due_ = now + std::chrono::milliseconds(step.timeout_ms);
}

void StepSequence::Finish(wire::StepResult result, TimePoint now) {
  pid_ = 0;
  due_.reset();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - started_);
  result.duration_us = static_cast<uint64_t>(took.count());
  succeeded_ = result.exit_code == 0 && !result.timed_out;
  results_.push_back(std::move(result));
  if (succeeded_) StartNext(now);
}

}  // namespace hawser::agent
