// What to send so that a pod's confirmed tree becomes the wanted one: a pure function.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/sync/tree/tree.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

/// One path to change.
struct PlannedChange {
  bool remove = false;
  std::string path;
  Entry entry;           ///< the wanted entry; unused when `remove`
  bool content = false;  ///< the file's content differs from what the pod has at this path
  bool operator==(const PlannedChange&) const = default;
};

/// In applying order: parents before children, a kind change as removal then put, removals last and
/// children first.
struct SyncPlan {
  std::vector<PlannedChange> changes;
  uint64_t content_bytes = 0;  ///< of the files whose content differs, uncompressed
  size_t removals = 0;
  bool empty() const { return changes.empty(); }
  bool operator==(const SyncPlan&) const = default;
};

/// Plans wanted - confirmed. mtimes never decide. A path the pod could not write (a Problem) still
/// counts as confirmed: the agent holds its content and tries again with every batch.
SyncPlan Plan(const Tree& wanted, const Tree& confirmed);

/// What one batch may hold.
struct BatchBounds {
  size_t changes = wire::kMaxChanges;
  uint64_t content_bytes = wire::kMaxBatchContent;
};

/// As much of a plan for `wanted` as fits into one batch, in applying order: all of it, or what
/// leads to another tree on the way there. Where that could get more entries than a tree may have,
/// removals go first.
SyncPlan FirstPart(SyncPlan plan, const Tree& wanted, const BatchBounds& bounds);

/// What the changes make of a tree.
TreeEdits EditsOf(const SyncPlan& plan);

/// True when the plan would remove more than half of a confirmed tree of more than 20 files: ask
/// before doing it.
bool RemovesMost(const SyncPlan& plan, const Tree& confirmed);

}  // namespace hawser::sync
