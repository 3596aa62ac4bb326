// How long to rest between two looks at a whole tree.
#pragma once

#include "lib/base/clock.h"

namespace hawser::fs {

/// Looks often while someone works and seldom while nobody does. Never spends more than a twentieth
/// of the time looking, and a five-hundredth once nothing changed for long: what is saved then is
/// seen after at most a sixteenth of that pause. Pure.
class PollPace {
 public:
  static constexpr Duration kBusy = std::chrono::milliseconds(250);
  static constexpr Duration kIdle = std::chrono::seconds(2);
  static constexpr int kShare = 19;         ///< rests so many times as long as it looked
  static constexpr int kAsleepShare = 499;  ///< the same once nothing changes
  static constexpr int kPartOfPause = 16;   ///< rests longer than kShare says grow with the pause

  /// The rest after a look that took `cost` and found a change or none.
  Duration After(Duration cost, bool changed);

 private:
  Duration rest_ = kBusy;
  Duration unchanged_{};  ///< how long nothing changed
};

}  // namespace hawser::fs
