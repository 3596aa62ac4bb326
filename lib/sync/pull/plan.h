// What of the pod's files comes back into the workspace: a pure function of three trees.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/sync/tree/tree.h"

namespace hawser::sync {

enum class PullAction {
  kWrite,     ///< the pod's version goes into the workspace
  kConflict,  ///< pod and workspace both changed: the pod's version goes beside the workspace's
  kGone,      ///< the pod removed it and the workspace has it: told, never carried out
};

/// One path of the container.
struct PlannedPull {
  PullAction action = PullAction::kWrite;
  std::string path;
  Entry entry;                    ///< the pod's; unused for kGone
  std::optional<Entry> replaces;  ///< what the workspace wants there
  bool operator==(const PlannedPull&) const = default;
};

/// True for paths of the container that were asked for.
using PullAsked = std::function<bool(const std::string& path)>;

/// Plans from what the workspace wants in the container, what was last agreed on (the confirmed
/// tree) and what the container has; in path order. `workspace` and `agreed` may hold more than was
/// asked for. Directories are nobody's: one that is needed is made, none is pulled for itself.
/// mtimes never decide.
std::vector<PlannedPull> PlanPull(const Tree& workspace, const Tree& agreed, const Tree& pod,
                                  const PullAsked& asked);

}  // namespace hawser::sync
