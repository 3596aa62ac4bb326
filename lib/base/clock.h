// Time behind an interface, so that loops are tested without waiting.
#pragma once

#include <chrono>

namespace hawser {

using Duration = std::chrono::steady_clock::duration;
using TimePoint =
    std::chrono::steady_clock::time_point;  ///< monotonic; for intervals and deadlines
using WallTime =
    std::chrono::system_clock::time_point;  ///< for people and for Kubernetes timestamps

/// Tells the time. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint Now() const = 0;
  virtual WallTime WallNow() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  TimePoint Now() const override { return std::chrono::steady_clock::now(); }
  WallTime WallNow() const override { return std::chrono::system_clock::now(); }
};

/// When a blocking call gives up. Real time always: it ends up in poll(2).
using Deadline = TimePoint;

/// The deadline `after` from now.
inline Deadline In(Duration after) {
  return std::chrono::steady_clock::now() + after;
}

/// A deadline that is never reached.
inline constexpr Deadline kNoDeadline = Deadline::max();

}  // namespace hawser
