// Files that someone has open and is writing: held back until they are closed or come to rest.
#include "lib/fs/open_writes.h"

namespace hawser::fs {

void OpenWrites::Written(const std::string& path, TimePoint now) {
  const auto [write, added] = writes_.try_emplace(path, Write{now, now});
  write->second.last = now;
}

std::optional<TimePoint> OpenWrites::NextAt() const {
  std::optional<TimePoint> next;
  for (const auto& [path, write] : writes_)
    next = std::min(next.value_or(TimePoint::max()), write.DueAt());
  return next;
}

std::vector<std::pair<std::string, TimePoint>> OpenWrites::Take(TimePoint now) {
  std::vector<std::pair<std::string, TimePoint>> due;
  for (auto write = writes_.begin(); write != writes_.end();) {
    if (now < write->second.DueAt()) {
      ++write;
      continue;
    }
    due.emplace_back(write->first, write->second.first);
    write = writes_.erase(write);
  }
  return due;
}

}  // namespace hawser::fs
