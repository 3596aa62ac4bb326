// The Secret that holds a session's keys: read, checked, made anew.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "controller/plan/observed.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/api.h"

namespace hawser::controller {

/// Reads the state of the session's Secret from the server. Failures are the server's own; a
/// missing or unusable Secret is a state.
Result<KeysState> ReadKeys(kube::Api& api, const devsession::DevSession& session);

/// Makes fresh keys and writes them into the session's Secret, owned by `object`, the session
/// itself. Never touches another owner's Secret: aborted if one is there that `state` does not know
/// of.
Status WriteKeys(kube::Api& api, const nlohmann::json& object, const KeysState& state, WallTime now,
                 std::chrono::hours valid_for);

}  // namespace hawser::controller
