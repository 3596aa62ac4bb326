// Which content a pod is believed to hold, at any path or in its store.
#include "lib/sync/send/held_content.h"

namespace hawser::sync {

namespace {

/// How much of what is in no tree any more is remembered, in files.
constexpr size_t kMaxOld = 50000;
/// How many removed files are remembered with their paths.
constexpr size_t kMaxFormer = 1024;

bool IsFile(const std::optional<Entry>& entry) {
  return entry.has_value() && entry->kind == EntryKind::kFile;
}

}  // namespace

void HeldContent::Learn(const Tree& before, const Tree& after) {
  LearnDifference(before, after);
  if (keys_.size() <= after.files() + kMaxOld) return;
  keys_.clear();
  LearnDifference({}, after);
}

void HeldContent::LearnDifference(const Tree& before, const Tree& after) {
  if (before.empty()) {
    for (const auto& [path, entry] : after) {
      if (entry.kind == EntryKind::kFile) keys_.insert(KeyOf(entry.digest));
    }
    return;
  }
  for (const TreeChange& change : Diff(before, after)) {
    if (IsFile(change.after)) {
      keys_.insert(KeyOf(change.after->digest));
      former_.erase(change.path);
    } else if (IsFile(change.before)) {
      if (former_.size() >= kMaxFormer) former_.clear();
      former_[change.path] = *change.before;
    }
  }
}

std::optional<Entry> HeldContent::FormerAt(const std::string& path) const {
  const auto former = former_.find(path);
  if (former == former_.end() || !Has(former->second.digest)) return std::nullopt;
  return former->second;
}

std::optional<Entry> BaseAt(const std::string& path, const Tree& confirmed,
                            const HeldContent* held) {
  const std::optional<Entry> there = confirmed.Find(path);
  if (IsFile(there)) return there;
  return held == nullptr ? std::nullopt : held->FormerAt(path);
}

}  // namespace hawser::sync
