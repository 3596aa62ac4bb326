// What to send so that a pod's confirmed tree becomes the wanted one: a pure function.
#include "lib/sync/send/plan.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace hawser::sync {

namespace {

/// Turns differences, in path order, into changes in applying order.
class Planner {
 public:
  explicit Planner(const std::vector<TreeChange>& differences)
      : differences_(differences), planned_(differences.size()) {}

  SyncPlan Run() {
    for (size_t i = 0; i < differences_.size(); ++i) {
      if (differences_[i].after.has_value()) AddPut(i);
    }
    for (size_t i = differences_.size(); i-- > 0;) AddRemoval(i);
    return std::move(plan_);
  }

 private:
  void AddPut(size_t index) {
    const TreeChange& difference = differences_[index];
    const Entry& entry = *difference.after;
    const std::optional<Entry>& before = difference.before;
    if (entry.kind != EntryKind::kDirectory) RemoveBelow(index);
    const bool same_kind = before.has_value() && before->kind == entry.kind;
    if (before.has_value() && !same_kind) Remove(difference.path);
    PlannedChange change;
    change.path = difference.path;
    change.entry = entry;
    change.content =
        entry.kind == EntryKind::kFile && !(same_kind && before->digest == entry.digest);
    if (change.content) plan_.content_bytes += entry.size;
    plan_.changes.push_back(std::move(change));
  }

  /// Makes room for what is no directory: removes what is below its path, deepest first.
  void RemoveBelow(size_t index) {
    const std::string prefix = differences_[index].path + "/";
    const auto less = [](const TreeChange& change, const std::string& path) {
      return change.path < path;
    };
    const auto begin = std::lower_bound(differences_.begin(), differences_.end(), prefix, less);
    auto end = begin;
    while (end != differences_.end() && end->path.starts_with(prefix)) ++end;
    while (end != begin) AddRemoval(static_cast<size_t>(--end - differences_.begin()));
  }

  void AddRemoval(size_t index) {
    if (differences_[index].after.has_value() || planned_[index]) return;
    planned_[index] = true;
    Remove(differences_[index].path);
  }

  void Remove(const std::string& path) {
    PlannedChange change;
    change.remove = true;
    change.path = path;
    plan_.changes.push_back(std::move(change));
    ++plan_.removals;
  }

  const std::vector<TreeChange>& differences_;
  std::vector<bool> planned_;  ///< removals that are in the plan already
  SyncPlan plan_;
};

}  // namespace

SyncPlan Plan(const Tree& wanted, const Tree& confirmed) {
  return Planner(Diff(confirmed, wanted)).Run();
}

SyncPlan FirstPart(SyncPlan plan, const Tree& wanted, const BatchBounds& bounds) {
  const bool too_many = plan.changes.size() > bounds.changes;
  if (!too_many && plan.content_bytes <= bounds.content_bytes) return plan;
  // What makes room for another kind stays with it.
  const auto goes = [&](const PlannedChange& change) {
    return change.remove && !wanted.contains(change.path);
  };
  const bool no_room = too_many || wanted.size() + plan.removals > wire::kMaxTreeEntries;
  const bool removals_only = no_room && std::any_of(plan.changes.begin(), plan.changes.end(), goes);
  SyncPlan part;
  for (PlannedChange& change : plan.changes) {
    if (removals_only && !goes(change)) continue;
    const uint64_t size = change.content ? change.entry.size : 0;
    const bool fits =
        part.changes.size() < bounds.changes && part.content_bytes + size <= bounds.content_bytes;
    if (!fits && !part.empty()) break;
    part.content_bytes += size;
    part.removals += change.remove ? 1 : 0;
    part.changes.push_back(std::move(change));
  }
  return part;
}

TreeEdits EditsOf(const SyncPlan& plan) {
  TreeEdits edits;
  for (const PlannedChange& change : plan.changes) {
    edits[change.path] = change.remove ? std::nullopt : std::optional(change.entry);
  }
  return edits;
}

bool RemovesMost(const SyncPlan& plan, const Tree& confirmed) {
  constexpr size_t kSmallTree = 20;
  const size_t files = confirmed.files();
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
    const std::optional<Entry> had = confirmed.Find(change.path);
    const bool file = had.has_value() && had->kind != EntryKind::kDirectory;
    lost += file && !moved.contains(had->digest) ? 1 : 0;
  }
  return lost * 2 > files;
}

}  // namespace hawser::sync
