// A clock that moves only when a test moves it.
#pragma once

#include <mutex>

#include "lib/base/clock.h"

namespace hawser::testing {

/// Starts at 2026-01-02T03:04:05Z and one hour of uptime. Thread-safe.
class FakeClock final : public Clock {
 public:
  TimePoint Now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  WallTime WallNow() const override {
    const std::lock_guard lock(mutex_);
    return wall_;
  }

  /// Moves both clocks forward.
  void Advance(Duration by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    wall_ += std::chrono::duration_cast<WallTime::duration>(by);
  }

 private:
  mutable std::mutex mutex_;
  TimePoint now_ = TimePoint(std::chrono::hours(1));
  WallTime wall_ = WallTime(std::chrono::seconds(1767323045));
};

}  // namespace hawser::testing
