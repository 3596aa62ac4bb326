// Puts a workload to sleep and wakes it: how many pods it has, and is to have again.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

namespace hawser::controller {

/// True for types that have a number of pods to set.
bool CanScale(const nlohmann::json& workload);

/// How many pods the workload is to have.
int64_t Replicas(const nlohmann::json& workload);

/// The JSON patch that leaves an injected workload without pods, and keeps in its annotation how
/// many it had. Like a restore, valid only for the workload's present resourceVersion.
nlohmann::json SleepPatch(const nlohmann::json& workload);

/// The JSON patch that gives it back what SleepPatch kept (KeptReplicas).
nlohmann::json WakePatch(const nlohmann::json& workload);

}  // namespace hawser::controller
