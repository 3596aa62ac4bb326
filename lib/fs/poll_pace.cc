// How long to rest between two looks at a whole tree.
#include "lib/fs/poll_pace.h"

#include <algorithm>

namespace hawser::fs {

Duration PollPace::After(Duration cost, bool changed) {
  rest_ = changed ? kBusy : std::min(rest_ + rest_ / 8, kIdle);
  if (changed) unchanged_ = {};
  const Duration asleep = std::min(cost * kAsleepShare, unchanged_ / kPartOfPause);
  const Duration rest = std::max({rest_, cost * kShare, asleep});
  unchanged_ += cost + rest;
  return rest;
}

}  // namespace hawser::fs
