// What an agent must remember across restarts: the confirmed tree, its configuration, and what is
// still to be done.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lib/base/status.h"
#include "lib/sync/tree/tree.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// What agent and supervisor agree on through the journal (state_journal.h). Written by the agent.
struct AgentState {
  uint64_t last_batch = 0;
  wire::Configure configure;
  Tree tree;  ///< the confirmed tree: what a fresh app container must be brought to
  std::set<std::string>
      removed;  ///< paths of the image that the session removed, to be removed again
  std::vector<uint32_t>
      steps_due;  ///< steps that ever matched: a fresh container runs them before the app starts
  bool operator==(const AgentState&) const = default;
};

/// A step from one state to the next.
struct StateDelta {
  uint64_t last_batch = 0;
  std::optional<wire::Configure> configure;  ///< unless it stays
  std::vector<uint32_t> steps_due;           ///< all of them
  TreeEdits edits;
  bool operator==(const StateDelta&) const = default;
};

/// True when the session may write at `path`.
bool InsideARoot(const std::string& path, const std::vector<wire::SyncRoot>& roots);

/// Takes the step. What it removes below a root stays removed from fresh containers.
void Advance(AgentState& state, const StateDelta& delta);

}  // namespace hawser::sync
