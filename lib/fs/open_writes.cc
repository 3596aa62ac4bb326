// Files that someone is writing, or made way for: held back until they are closed or come to rest.
#include "lib/fs/open_writes.h"

#include <utility>

namespace hawser::fs {

void OpenWrites::Written(const std::string& path, TimePoint now) {
  const auto [write, added] = writes_.try_emplace(path, Write{now, now});
  if (std::exchange(write->second.gone, false)) --gone_;
  write->second.last = now;
}

void OpenWrites::Gone(const std::string& path, TimePoint now) {
  Settled(path);
  writes_.emplace(path, Write{now, now, true});
  if (gone_++ == 0) gone_since_ = now;
}

bool OpenWrites::AwaitsReturnOf(const std::string& path) const {
  const auto write = writes_.find(path);
  return write != writes_.end() && write->second.gone;
}

void OpenWrites::Settled(const std::string& path) {
  const auto write = writes_.find(path);
  if (write == writes_.end()) return;
  gone_ -= write->second.gone ? 1 : 0;
  writes_.erase(write);
}

std::optional<TimePoint> OpenWrites::NextAt() const {
  std::optional<TimePoint> next;
  for (const auto& [path, write] : writes_)
    next = std::min(next.value_or(TimePoint::max()), DueAt(write));
  return next;
}

std::vector<std::pair<std::string, TimePoint>> OpenWrites::Take(TimePoint now) {
  std::vector<std::pair<std::string, TimePoint>> due;
  for (auto write = writes_.begin(); write != writes_.end();) {
    if (now < DueAt(write->second)) {
      ++write;
      continue;
    }
    due.emplace_back(write->first, write->second.first);
    gone_ -= write->second.gone ? 1 : 0;
    write = writes_.erase(write);
  }
  return due;
}

}  // namespace hawser::fs
