// How long to rest between two looks at a whole tree.
#pragma once

#include "lib/base/clock.h"

namespace hawser::fs {

/// Looks often while someone works and seldom while nobody does, and never spends more than a
/// twentieth of the time looking. Pure.
class PollPace {
 public:
  static constexpr Duration kBusy = std::chrono::milliseconds(250);
  static constexpr Duration kIdle = std::chrono::seconds(2);
  static constexpr int kShare = 19;  ///< rests so many times as long as it looked

  /// The rest after a look that took `cost` and found a change or none.
  Duration After(Duration cost, bool changed);

 private:
  Duration rest_ = kBusy;
};

}  // namespace hawser::fs
