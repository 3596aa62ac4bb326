// A bounded map that forgets the oldest.
#include "lib/sync/blocks/known_blocks.h"

#include <utility>

namespace hawser::sync {

void KnownBlocks::Put(const Digest& content, BlockDigests blocks) {
  if (blocks.size() < 2 || blocks.size() > max_blocks_) return;
  const std::lock_guard lock(mutex_);
  if (items_.contains(content)) return;
  count_ += blocks.size();
  by_age_.push_back(content);
  items_.emplace(content, std::make_shared<const BlockDigests>(std::move(blocks)));
  while (count_ > max_blocks_) {
    const auto oldest = items_.find(by_age_.front());
    count_ -= oldest->second->size();
    items_.erase(oldest);
    by_age_.pop_front();
  }
}

KnownBlocks::Blocks KnownBlocks::Find(const Digest& content) const {
  const std::lock_guard lock(mutex_);
  const auto found = items_.find(content);
  return found == items_.end() ? nullptr : found->second;
}

}  // namespace hawser::sync
