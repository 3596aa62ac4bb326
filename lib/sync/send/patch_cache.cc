// A map by key, a list by age, and the keys that are being made.
#include "lib/sync/send/patch_cache.h"

namespace hawser::sync {

namespace {

/// What an item takes beside its bytes, about: most patches are smaller than that.
constexpr uint64_t kPerItem = 400;

}  // namespace

Result<PatchCache::Patch> PatchCache::GetOrEncode(const Digest& base, const Digest& content,
                                                  const std::function<Result<Patch>()>& encode) {
  const auto key = std::make_pair(base, content);
  std::unique_lock lock(mutex_);
  made_.wait(lock, [&] { return !making_.contains(key); });
  if (const auto item = items_.find(key); item != items_.end()) return item->second;
  making_.insert(key);
  lock.unlock();
  Result<Patch> patch = encode();
  lock.lock();
  making_.erase(key);
  made_.notify_all();
  if (patch.ok()) Keep(key, *patch);
  return patch;
}

bool PatchCache::Expects(const Digest& base, const Digest& content) {
  const std::lock_guard lock(mutex_);
  const auto key = std::make_pair(base, content);
  return making_.contains(key) || items_.contains(key);
}

void PatchCache::Keep(const std::pair<Digest, Digest>& key, const Patch& patch) {
  if (patch->size() > max_bytes_) return;
  bytes_ += patch->size() + kPerItem;
  by_age_.push_back(key);
  items_.emplace(key, patch);
  while (bytes_ > max_bytes_ && items_.size() > 1) {
    const auto oldest = items_.find(by_age_.front());
    bytes_ -= oldest->second->size() + kPerItem;
    items_.erase(oldest);
    by_age_.pop_front();
  }
}

}  // namespace hawser::sync
