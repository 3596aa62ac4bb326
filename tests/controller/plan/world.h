// What a reconcile sees of the sample objects, and what its injection makes of them.
#pragma once

#include <nlohmann/json.hpp>

#include "controller/plan/observed.h"
#include "controller/plan/plan.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::testing {

/// What a reconcile sees of these two, with valid keys and no pods.
controller::Observed Observe(const nlohmann::json& session, const nlohmann::json& deployment);

/// The options and the time of every plan.
controller::PlanOptions Options();
WallTime Now();

/// `live` as it is after the apply that `plan` asks for, as server-side apply would merge it.
nlohmann::json AfterInjection(const nlohmann::json& live, const controller::Plan& plan);

}  // namespace hawser::testing
