// Which content a pod is believed to hold, at any path or in its store.
#include "lib/sync/send/held_content.h"

namespace hawser::sync {

namespace {

/// How much of what is in no tree any more is remembered, in files.
constexpr size_t kMaxOld = 50000;

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
    const bool file = change.after.has_value() && change.after->kind == EntryKind::kFile;
    if (file) keys_.insert(KeyOf(change.after->digest));
  }
}

}  // namespace hawser::sync
