// A map, and the order in which its items were used.
#include "lib/sync/workspace/base_cache.h"

#include <utility>

namespace hawser::sync {

namespace {

/// What an item takes beside its bytes, about: source files are small.
constexpr uint64_t kBesideContent = 400;

}  // namespace

void BaseCache::Put(ContentPtr content) {
  const std::lock_guard lock(mutex_);
  const Digest digest = content->digest();
  if (content->size() > max_bytes_ || items_.contains(digest)) return;
  bytes_ += content->size() + kBesideContent;
  const auto age = by_age_.insert(by_age_.end(), digest);
  items_.emplace(digest, Item{std::move(content), age});
  while (bytes_ > max_bytes_ && items_.size() > 1) {
    const auto oldest = items_.find(by_age_.front());
    bytes_ -= oldest->second.content->size() + kBesideContent;
    items_.erase(oldest);
    by_age_.pop_front();
  }
}

ContentPtr BaseCache::Get(const Digest& digest) {
  const std::lock_guard lock(mutex_);
  const auto item = items_.find(digest);
  if (item == items_.end()) return nullptr;
  by_age_.splice(by_age_.end(), by_age_, item->second.age);
  return item->second.content;
}

}  // namespace hawser::sync
