// A bounded map behind a mutex.
#include "lib/sync/workspace/scanned_content.h"

namespace hawser::sync {

void ScannedContent::Clear() {
  decltype(items_) dropped;  // goes after the lock
  const std::lock_guard lock(mutex_);
  items_.swap(dropped);
  bytes_ = 0;
}

bool ScannedContent::HasRoomFor(uint64_t size) const {
  const std::lock_guard lock(mutex_);
  return size <= max_bytes_ - bytes_;
}

void ScannedContent::Put(ContentPtr content) {
  const std::lock_guard lock(mutex_);
  const uint64_t size = content->size();
  if (size > max_bytes_ - bytes_) return;
  if (items_.try_emplace(content->digest(), content).second) bytes_ += size;
}

ContentPtr ScannedContent::Get(const Digest& digest) const {
  const std::lock_guard lock(mutex_);
  const auto item = items_.find(digest);
  return item == items_.end() ? nullptr : item->second;
}

}  // namespace hawser::sync
