// The workloads and sessions of the operator's bench: made, named and counted.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "lib/base/status.h"
#include "lib/kube/api.h"

namespace hawser::bench {

/// How many sessions share a namespace.
inline constexpr int kSessionsPerNamespace = 250;

/// The name that the workload and the session of a number have; they count from 0.
kube::ObjectKey KeyOfSession(int number);

/// Calls `act` with each number from `first` up to `end` (not included), on several threads at
/// once. The first failure ends the work and is returned.
Status ForEachNumber(int first, int end, const std::function<Status(int)>& act);

/// Makes namespaces, Deployments and DevSessions of these numbers.
Status MakeWorkloads(kube::Api& api, int first, int end);
Status MakeSessions(kube::Api& api, int first, int end);

/// True when the controller has done its part for a session as its spec now is: the agent is in,
/// and what is missing are pods alone, which nobody starts here.
bool IsPlanned(const nlohmann::json& session);

}  // namespace hawser::bench
