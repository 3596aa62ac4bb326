// What the session's pods look like: their status entries, and whether their agents can be reached.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "controller/plan/container.h"
#include "controller/plan/observed.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/cache.h"

namespace hawser::controller {

/// The workload whose pods the session works in, as observed: its copy, or the target; or null.
const nlohmann::json* OwnWorkload(const Observed& observed);

/// The pods that count: neither being deleted nor finished, by name.
std::vector<kube::ObjectPtr> LivePods(const std::vector<kube::ObjectPtr>& pods);

/// The name of the app's container in the session's pods.
std::string AppContainerName(const Observed& observed);

/// How often that container of a pod restarted.
uint32_t RestartsOf(const nlohmann::json& pod, const std::string& container);

/// How many pods a workload is to have, as far as it tells.
int64_t WantedPods(const nlohmann::json& workload);

/// The pod is ready, as the kubelet reports it.
bool IsReady(const nlohmann::json& pod);

/// Name, readiness and the app container's restarts of each of `pods`.
std::vector<devsession::PodStatus> PodStatuses(const std::vector<kube::ObjectPtr>& pods,
                                               const std::string& app_container);

/// Empty when every agent runs (and there is one); otherwise why not, the most telling reason
/// first: an image that cannot be pulled, a container that cannot be made, a crashing agent, a
/// pending pod, fewer pods than `workload`, which may be null, wants.
Refusal AgentsTrouble(const std::vector<kube::ObjectPtr>& pods, const nlohmann::json* workload);

/// Why there is no agent yet while pods without one give way to those with it.
Refusal PodsBeingReplaced();

}  // namespace hawser::controller
