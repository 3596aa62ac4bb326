// How many threads a piece of work is worth.
#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>

namespace hawser {

/// One for each `per_thread` of the items, at most one for each core and four in all; at least one.
inline size_t ThreadsFor(size_t items, size_t per_thread) {
  constexpr size_t kMost = 4;
  // Asked once: the C library reads a file to know.
  static const size_t cores = std::max<size_t>(std::thread::hardware_concurrency(), 1);
  return std::clamp<size_t>(items / per_thread, 1, std::min(cores, kMost));
}

}  // namespace hawser
