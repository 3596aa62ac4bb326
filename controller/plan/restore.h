// Puts a workload back to what it was before its injection, keeping what its owner changed
// meanwhile.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace hawser::controller {

/// The workload without anything of ours: our containers, volumes, mounts, label and annotation are
/// gone, and the app container has its own command and args again.
nlohmann::json RestoredWorkload(const nlohmann::json& workload);

/// The JSON patch that does it, valid only for the workload's present resourceVersion (any other is
/// a conflict): a restore computed from an old object must not undo the owner's latest change.
nlohmann::json RestorePatch(const nlohmann::json& workload);

/// The JSON patch that gives up what field manager `hawser` owns in `restored`, the object a
/// restore returned; null when there is nothing to give up. `before` is the object that was
/// restored: the ownership others had then is kept, and none is left for having written the
/// restored values.
nlohmann::json ReleasePatch(const nlohmann::json& before, const nlohmann::json& restored);

/// The JSON patch after which nobody sees that a patch of ours made `changed` of `before`: who
/// owned a field still does, and what we applied is still ours. Null when there is nothing to do.
nlohmann::json UnownedPatch(const nlohmann::json& before, const nlohmann::json& changed);

}  // namespace hawser::controller
