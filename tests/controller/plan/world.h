// Objects as a cluster holds them: a workload, a session, a pod, and an observation of them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "controller/plan/observed.h"
#include "controller/plan/plan.h"

namespace hawser::testing {

/// A Deployment "api" in namespace "team" with containers "api" (command and args set) and "proxy"
/// (neither), an init container, a volume and a label, as the API server returns it.
nlohmann::json MakeDeployment();

/// A session "dev" of owner "dev1" on container "api" of that Deployment.
nlohmann::json MakeSession(const std::string& name = "dev");

/// A pod of that session. `agent` and `app` are container states ({"running", {}}).
nlohmann::json MakePod(const std::string& name, nlohmann::json agent, nlohmann::json app);

nlohmann::json Running();
nlohmann::json Waiting(const std::string& reason, const std::string& message);

/// The container of that name in a workload's template.
nlohmann::json& ContainerOf(nlohmann::json& workload, const std::string& name);

/// What a reconcile sees of these two, with valid keys and no pods.
controller::Observed Observe(const nlohmann::json& session, const nlohmann::json& deployment);

/// The options and the time of every plan.
controller::PlanOptions Options();
WallTime Now();

/// `live` as it is after the apply that `plan` asks for, as server-side apply would merge it.
nlohmann::json AfterInjection(const nlohmann::json& live, const controller::Plan& plan);

}  // namespace hawser::testing
