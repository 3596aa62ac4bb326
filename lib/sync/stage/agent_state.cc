// What an agent must remember across restarts.
#include "lib/sync/stage/agent_state.h"

#include <algorithm>

#include "lib/wire/limits.h"
#include "lib/wire/path.h"

namespace hawser::sync {

bool InsideARoot(const std::string& path, const std::vector<wire::SyncRoot>& roots) {
  return std::any_of(roots.begin(), roots.end(),
                     [&](const auto& root) { return wire::IsInside(path, root.path); });
}

void Advance(AgentState& state, const StateDelta& delta) {
  state.last_batch = delta.last_batch;
  if (delta.configure.has_value()) state.configure = *delta.configure;
  state.steps_due = delta.steps_due;
  state.tree = state.tree.With(delta.edits);
  for (const auto& [path, entry] : delta.edits) {
    if (entry.has_value()) {
      state.removed.erase(path);
    } else if (state.removed.size() < wire::kMaxItems && InsideARoot(path, state.configure.roots)) {
      state.removed.insert(path);
    }
  }
}

}  // namespace hawser::sync
