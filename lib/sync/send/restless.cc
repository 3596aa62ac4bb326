// Takes turns between one restless file and all that is not restless.
#include "lib/sync/send/restless.h"

#include <algorithm>
#include <optional>

#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

/// A file that is found changed as soon as it is read costs a look at the workspace each time.
constexpr Duration kLongestBackoff = std::chrono::seconds(10);

bool NeedsContent(const std::optional<Entry>& wanted, const std::optional<Entry>& confirmed) {
  if (!wanted.has_value() || wanted->kind != EntryKind::kFile) return false;
  return !confirmed.has_value() || confirmed->kind != EntryKind::kFile ||
         confirmed->digest != wanted->digest;
}

/// What may stand at the place of a file that stays behind: not what lies above others.
std::optional<Entry> StandsMeanwhile(const std::optional<Entry>& confirmed) {
  const bool directory = confirmed.has_value() && confirmed->kind == EntryKind::kDirectory;
  return directory ? std::nullopt : confirmed;
}

/// True when a file may come to `path` while the rest of the tree stays.
bool HasPlaceFor(const Tree& tree, const std::string& path) {
  if (tree.size() >= wire::kMaxTreeEntries) return false;
  for (size_t slash = path.rfind('/'); slash != 0; slash = path.rfind('/', slash - 1)) {
    const std::optional<Entry> above = tree.Find(path.substr(0, slash));
    if (above.has_value() && above->kind != EntryKind::kDirectory) return false;
  }
  return !tree.HasBelow(path);
}

}  // namespace

void RestlessFiles::OnChanged(const std::string& path, Duration alone_for, TimePoint now) {
  const auto known = std::find_if(files_.begin(), files_.end(),
                                  [&](const File& file) { return file.path == path; });
  const Duration before = known == files_.end() ? Duration::zero() : known->rests;
  const Duration rests = std::max(alone_for, std::min(2 * before, kLongestBackoff));
  Forget(path);
  files_.push_back({.path = path, .rests = rests, .changed = now});
  others_turn_ = true;
}

void RestlessFiles::OnWanted(const Tree& before, const Tree& after, TimePoint now) {
  for (File& file : files_) {
    if (!SameVersion(before.Find(file.path), after.Find(file.path))) file.changed = now;
  }
}

void RestlessFiles::OnConfirmed(const std::string& alone) {
  others_turn_ = !alone.empty();
  if (!alone.empty()) Forget(alone);
}

void RestlessFiles::Forget(const std::string& path) {
  std::erase_if(files_, [&](const File& file) { return file.path == path; });
}

void RestlessFiles::ForgetSettled(const Tree& wanted, const Tree& confirmed) {
  std::erase_if(files_, [&](const File& file) {
    return !NeedsContent(wanted.Find(file.path), confirmed.Find(file.path));
  });
}

const RestlessFiles::File* RestlessFiles::FirstDue(TimePoint now) const {
  const auto due = std::find_if(files_.begin(), files_.end(),
                                [&](const File& file) { return file.due() <= now; });
  return due == files_.end() ? nullptr : &*due;
}

Waypoint RestlessFiles::Next(const Tree& wanted, const Tree& confirmed, TimePoint now) {
  wake_at_ = kNoDeadline;
  ForgetSettled(wanted, confirmed);
  if (files_.empty()) return {.tree = wanted, .alone = {}};
  TreeEdits stay;
  for (const File& file : files_) stay[file.path] = StandsMeanwhile(confirmed.Find(file.path));
  Waypoint others{.tree = wanted.With(stay), .alone = {}};
  const bool others_done = others.tree.digest() == confirmed.digest();
  const File* due = FirstDue(now);
  if (due != nullptr && (others_done || (!others_turn_ && HasPlaceFor(confirmed, due->path)))) {
    return {.tree = confirmed.With({{due->path, wanted.Find(due->path)}}), .alone = due->path};
  }
  if (others_done) {
    for (const File& file : files_) wake_at_ = std::min(wake_at_, file.due());
  }
  return others;
}

}  // namespace hawser::sync
