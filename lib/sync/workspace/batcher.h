// Decides when a burst of file events is over: no fixed debounce, quiet for a few milliseconds,
// never later than a second.
#pragma once

#include <optional>

#include "lib/base/clock.h"
#include "lib/fs/watcher.h"

namespace hawser::sync {

struct BatcherOptions {
  Duration quiet_min = std::chrono::milliseconds(2);
  Duration quiet_max = std::chrono::milliseconds(20);
  Duration max_wait = std::chrono::seconds(1);
};

/// Gathers dirty paths. Pure: time is passed in.
class Batcher {
 public:
  explicit Batcher(BatcherOptions options) : options_(options) {}

  /// Adds what the watcher saw. The quiet time follows the pace of the burst, up to quiet_max.
  void Add(fs::Dirty dirty, TimePoint now);
  /// The caller waits for events from `now` on. What came while it did other things is not known to
  /// have paused.
  void Waits(TimePoint now) { waits_since_ = now; }
  /// While a writer like git holds its lock, everything is held back, up to `max_wait` times ten.
  void Hold(bool held, TimePoint now);
  /// When to flush; nothing when there is nothing to flush.
  std::optional<TimePoint> FlushAt() const;
  /// The gathered paths if it is time, else nothing.
  std::optional<fs::Dirty> Take(TimePoint now);

 private:
  BatcherOptions options_;
  fs::Dirty gathered_;
  TimePoint first_{};
  TimePoint last_{};
  TimePoint waits_since_{};
  Duration pace_{};  ///< the longest pause in the burst; long ones are forgotten gradually
  bool held_ = false;
  TimePoint held_since_{};
};

}  // namespace hawser::sync
