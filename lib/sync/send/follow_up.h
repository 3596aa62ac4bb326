// Which steps and whether a restart follow from a batch's changes: a pure function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/sync/send/plan.h"
#include "lib/sync/workspace/snapshot.h"

namespace hawser::sync {

/// The session's rules for what follows a change; globs match workspace-relative paths.
struct FollowUp {
  std::vector<std::vector<std::string>> step_globs;  ///< per step of the configuration
  std::vector<std::string> restart_globs;            ///< empty: every change restarts
  bool restarts = true;                              ///< false when the policy is Never
};

struct Consequences {
  std::vector<uint32_t> steps;
  bool restart = false;
  bool operator==(const Consequences&) const = default;
};

/// What `plan` asks for under the session's rules. A `fresh` pod, which never confirmed anything,
/// runs every step. Paths are seen as the workspace has them, from `wanted` or, for what is gone
/// from there, from `before`; where neither knows (both may be null) the container path without its
/// first slash stands in.
Consequences Follow(const FollowUp& rules, const SyncPlan& plan, const Snapshot* wanted,
                    const Snapshot* before, bool fresh);

/// The workspace path behind a planned change, as above.
std::string SourceOf(const PlannedChange& change, const Snapshot* wanted, const Snapshot* before);

}  // namespace hawser::sync
