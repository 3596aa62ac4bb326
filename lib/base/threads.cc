// Shares work out among threads.
#include "lib/base/threads.h"

#include <algorithm>
#include <thread>
#include <vector>

namespace hawser {

size_t ThreadsFor(size_t items, size_t per_thread) {
  constexpr size_t kMost = 4;
  // Asked once: the C library reads a file to know.
  static const size_t cores = std::max<size_t>(std::thread::hardware_concurrency(), 1);
  return std::clamp<size_t>(items / per_thread, 1, std::min(cores, kMost));
}

void InParts(size_t items, size_t per_thread,
             const std::function<void(size_t begin, size_t end)>& work) {
  const size_t parts = ThreadsFor(items, per_thread);
  std::vector<std::jthread> others;
  for (size_t part = 1; part < parts; ++part) {
    others.emplace_back([&, part] { work(items * part / parts, items * (part + 1) / parts); });
  }
  work(0, items / parts);
}

}  // namespace hawser
