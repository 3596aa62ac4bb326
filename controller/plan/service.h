// The Service that leads to a session's pods, under one name for as long as the session lasts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "controller/plan/plan.h"

namespace hawser::controller {

/// The Service of the session's ports, selecting the pods that it works in; null when it names
/// none. A copy (null for mode InPlace) that no port is named for is served on those its containers
/// name.
nlohmann::json ServiceOf(const Observed& observed, const nlohmann::json* copy);

/// The ports that such a Service leads to, each number once.
std::vector<devsession::PortStatus> PortsOf(const nlohmann::json& service);

/// Adds to `plan` what the Service of a session in mode InPlace needs, the removal of a copy's
/// objects included, and says what comes of it. It is made once the agent is in, and stays as long
/// as the session names ports. `plan.verdicts.agent_injected` is known.
Verdict PlanService(const Observed& observed, Plan& plan);

}  // namespace hawser::controller
