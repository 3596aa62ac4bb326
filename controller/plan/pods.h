// What the session's pods look like: their status entries, and whether their agents can be reached.
#pragma once

#include <string>
#include <vector>

#include "controller/plan/container.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/cache.h"

namespace hawser::controller {

/// The pods that count: neither being deleted nor finished, by name.
std::vector<kube::ObjectPtr> LivePods(const std::vector<kube::ObjectPtr>& pods);

/// Name, readiness and the app container's restarts of each of `pods`.
std::vector<devsession::PodStatus> PodStatuses(const std::vector<kube::ObjectPtr>& pods,
                                               const std::string& app_container);

/// Empty when every agent runs (and there is one); otherwise why not, the most telling reason
/// first: an image that cannot be pulled, a container that cannot be made, a crashing agent, a
/// pending pod.
Refusal AgentsTrouble(const std::vector<kube::ObjectPtr>& pods);

}  // namespace hawser::controller
