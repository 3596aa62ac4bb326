// What operations on values need of an evaluation: its heap, its step count, and where a failure is
// told.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "lib/starlark/value/heap.h"
#include "lib/starlark/value/value.h"

namespace hawser::starlark {

/// Thrown when an evaluation ran out of steps or was cancelled. Caught where it was entered.
struct Stopped {
  std::string reason;
};

/// Base of Evaluation. Operations that fail return an empty Value (or false) and leave the message
/// here; whoever sees that returns at once. One thread.
class Context {
 public:
  explicit Context(Heap& heap) : heap_(heap) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Heap& heap() { return heap_; }

  /// Records a failure; returns no value, so that operations can `return Fail(...)`.
  Value Fail(std::string message) {
    error_ = std::move(message);
    failed_ = true;
    return Value();
  }
  bool failed() const { return failed_; }
  const std::string& error() const { return error_; }
  std::string TakeError() {
    failed_ = false;
    return std::move(error_);
  }

  /// Counts one step if one is left; else Tick decides.
  bool TakeStep() {
    if (steps_left_ == 0) return false;
    --steps_left_;
    return true;
  }
  /// Counts work that a program controls the amount of. Throws Stopped.
  void Tick(uint64_t steps = 1) {
    if (steps > steps_left_) return OutOfSteps(steps);
    steps_left_ -= steps;
  }
  uint64_t steps() const { return steps_granted_ - steps_left_; }
  /// At most this many steps from now on; 0 is no limit.
  void LimitSteps(uint64_t limit);
  /// Makes the evaluation stop soon. Any thread; `reason` must outlive the evaluation.
  void Cancel(const char* reason) { cancelled_.store(reason, std::memory_order_release); }

 private:
  void OutOfSteps(uint64_t steps);

  Heap& heap_;
  std::string error_;
  bool failed_ = false;
  /// Steps are granted in portions, so that one counter serves the limit and the look at
  /// `cancelled_`.
  static constexpr uint64_t kPortion = 4096;
  uint64_t steps_left_ = kPortion;
  uint64_t steps_granted_ = kPortion;
  uint64_t step_limit_ = UINT64_MAX;
  std::atomic<const char*> cancelled_{nullptr};
};

}  // namespace hawser::starlark
