// Content that the confirmed tree no longer holds, kept a while because it may come back.
#include "agent/serve/retired_content.h"

#include <optional>

namespace hawser::agent {

void RetiredContent::Add(const sync::Tree& tree, const sync::TreeEdits& edits) {
  newest_ = 0;
  for (const auto& [path, entry] : edits) {
    const std::optional<wire::Entry> before = tree.Find(path);
    if (!before.has_value() || before->kind != wire::EntryKind::kFile) continue;
    if (entry.has_value() && entry->digest == before->digest) continue;
    items_.push_back({.digest = before->digest, .size = before->size});
    bytes_ += before->size;
    ++newest_;
  }
}

void RetiredContent::AddTo(std::unordered_set<Digest, DigestHash>& digests) const {
  for (const Item& item : items_) digests.insert(item.digest);
}

void RetiredContent::Forget() {
  items_.clear();
  newest_ = 0;
  bytes_ = 0;
}

void RetiredContent::Trim(const sync::Tree& tree, sync::ContentStore& store) {
  std::unordered_set<Digest, DigestHash> unneeded;
  while (items_.size() > newest_ &&
         (bytes_ > limits_.max_bytes / 2 || items_.size() > limits_.max_files / 2)) {
    unneeded.insert(items_.front().digest);
    bytes_ -= items_.front().size;
    items_.pop_front();
  }
  if (unneeded.empty()) return;
  for (const Item& item : items_) unneeded.erase(item.digest);
  for (const auto& [path, entry] : tree) unneeded.erase(entry.digest);
  for (const Digest& digest : unneeded) store.Remove(digest);
}

}  // namespace hawser::agent
