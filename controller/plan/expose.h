// The Ingress behind a session's preview address: from one host to a port of the session's Service.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "controller/plan/plan.h"

namespace hawser::controller {

/// The host that `session` (an object as the server has it) asks for, its words filled in; "" when
/// it asks for none. It may be no valid one.
std::string HostOf(const nlohmann::json& session);

/// The hosts that an Ingress has rules for.
std::vector<std::string> HostsIn(const nlohmann::json& ingress);

/// Adds to `plan` what the session's preview address needs, its removal included, and says what
/// comes of it; nothing when the session asks for none. `plan.verdicts.admitted`, `ports_served`
/// and `ports` are known; `url` is set.
std::optional<Verdict> PlanExposure(const Observed& observed, Plan& plan);

}  // namespace hawser::controller
