// What to send so that a pod's confirmed tree becomes the wanted one: a pure function.
#include "lib/sync/plan.h"

#include <unordered_set>
#include <utility>

namespace hawser::sync {

namespace {

void AddRemoval(const std::string& path, SyncPlan& plan) {
  PlannedChange change;
  change.remove = true;
  change.path = path;
  plan.changes.push_back(std::move(change));
  ++plan.removals;
}

/// What comes after everything below `path`, and nothing else, in path order.
Tree::const_iterator EndBelow(const Tree& tree, const std::string& path) {
  return tree.lower_bound(path + '0');  // '0' follows '/'
}

/// Removes what is below `path`, deepest first.
void AddRemovalsBelow(const Tree& confirmed, const std::string& path, SyncPlan& plan) {
  const auto begin = confirmed.lower_bound(path + '/');
  for (auto item = EndBelow(confirmed, path); item != begin;) AddRemoval((--item)->first, plan);
}

/// True when `path` lies below what is wanted as a file or symlink: its removal made room for that.
bool GaveWay(const Tree& wanted, const std::string& path) {
  for (size_t slash = path.rfind('/'); slash != 0; slash = path.rfind('/', slash - 1)) {
    const auto above = wanted.find(path.substr(0, slash));
    if (above != wanted.end()) return above->second.kind != EntryKind::kDirectory;
  }
  return false;
}

void AddLastRemovals(const Tree& wanted, const Tree& confirmed, SyncPlan& plan) {
  for (auto item = confirmed.rbegin(); item != confirmed.rend(); ++item) {
    if (wanted.contains(item->first)) continue;
    if (!GaveWay(wanted, item->first)) AddRemoval(item->first, plan);
  }
}

void AddPut(const std::string& path, const Entry& entry, bool content, SyncPlan& plan) {
  PlannedChange change;
  change.path = path;
  change.entry = entry;
  change.content = content;
  plan.changes.push_back(std::move(change));
  if (content) plan.content_bytes += entry.size;
}

}  // namespace

SyncPlan Plan(const Tree& wanted, const Tree& confirmed) {
  SyncPlan plan;
  for (const auto& [path, entry] : wanted) {
    const bool is_file = entry.kind == EntryKind::kFile;
    const auto had = confirmed.find(path);
    if (had == confirmed.end()) {
      AddPut(path, entry, is_file, plan);
    } else if (had->second.kind != entry.kind) {
      if (had->second.kind == EntryKind::kDirectory) AddRemovalsBelow(confirmed, path, plan);
      AddRemoval(path, plan);
      AddPut(path, entry, is_file, plan);
    } else if (!had->second.SameContent(entry)) {
      const bool content = is_file && had->second.digest != entry.digest;
      AddPut(path, entry, content, plan);
    }
  }
  AddLastRemovals(wanted, confirmed, plan);
  return plan;
}

bool RemovesMost(const SyncPlan& plan, const Tree& confirmed) {
  constexpr size_t kSmallTree = 20;
  size_t files = 0;
  for (const auto& [path, entry] : confirmed) files += entry.kind != EntryKind::kDirectory ? 1 : 0;
  if (files <= kSmallTree || plan.removals * 2 <= files) return false;

  // What comes back at another path, or at the same as another kind, is not lost.
  std::unordered_set<Digest, DigestHash> moved;
  std::unordered_set<std::string> put;
  for (const PlannedChange& change : plan.changes) {
    if (change.remove) continue;
    put.insert(change.path);
    if (change.content) moved.insert(change.entry.digest);
  }
  size_t lost = 0;
  for (const PlannedChange& change : plan.changes) {
    if (!change.remove || put.contains(change.path)) continue;
    const auto had = confirmed.find(change.path);
    const bool file = had != confirmed.end() && had->second.kind != EntryKind::kDirectory;
    lost += file && !moved.contains(had->second.digest) ? 1 : 0;
  }
  return lost * 2 > files;
}

}  // namespace hawser::sync
