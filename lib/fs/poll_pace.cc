// How long to rest between two looks at a whole tree.
#include "lib/fs/poll_pace.h"

#include <algorithm>

namespace hawser::fs {

Duration PollPace::After(Duration cost, bool changed) {
  rest_ = changed ? kBusy : std::min(rest_ + rest_ / 8, kIdle);
  return std::max(rest_, cost * kShare);
}

}  // namespace hawser::fs
