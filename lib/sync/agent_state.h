// What an agent must remember across restarts: the confirmed tree, its configuration, and what is
// still to be done.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/sync/tree.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// The content of /.hawser/state. Written by the agent, read by agent and supervisor.
struct AgentState {
  uint64_t last_batch = 0;
  wire::Configure configure;
  Tree tree;  ///< the confirmed tree: what a fresh app container must be brought to
  std::vector<std::string>
      removed;  ///< paths of the image that the session removed, to be removed again
  std::vector<uint32_t>
      steps_due;  ///< steps that ever matched: a fresh container runs them before the app starts
  bool operator==(const AgentState&) const = default;
};

/// invalid_argument when a path or list is longer than the format allows.
Result<std::string> EncodeAgentState(const AgentState& state);
/// data_loss when damaged, of another version, or invalid.
Result<AgentState> DecodeAgentState(std::string_view bytes);

/// not_found when there is none yet.
Result<AgentState> LoadAgentState(const std::string& path);
/// Replaces the file by rename. A state that can't be encoded leaves it as it was.
Status SaveAgentState(const std::string& path, const AgentState& state);

}  // namespace hawser::sync
