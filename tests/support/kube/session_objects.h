// Objects as a cluster holds them: a workload, a session on it, and a pod.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "lib/kube/api.h"

namespace hawser::testing {

/// A Deployment "api" in namespace "team" with containers "api" (command and args set) and "proxy"
/// (neither), an init container, a volume and a label, as the API server returns it.
nlohmann::json MakeDeployment();

/// The same as a workload of another type, with what only that type has: a StatefulSet a claim
/// template for volume "data", a DaemonSet its node's network.
nlohmann::json MakeWorkload(const kube::Resource& resource);

/// A session "dev" of owner "dev1" on container "api" of that Deployment.
nlohmann::json MakeSession(const std::string& name = "dev");

/// A pod of that session. `agent` and `app` are container states ({"running", {}}).
nlohmann::json MakePod(const std::string& name, nlohmann::json agent, nlohmann::json app);

nlohmann::json Running();
nlohmann::json Waiting(const std::string& reason, const std::string& message);

/// The container of that name in a workload's template.
nlohmann::json& ContainerOf(nlohmann::json& workload, const std::string& name);

}  // namespace hawser::testing
