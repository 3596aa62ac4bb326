// How long a session lasts: when its time is over, and what is said beforehand.
#pragma once

#include <optional>

#include "controller/plan/plan.h"

namespace hawser::controller {

/// How long before the end of a span it is said: a tenth of it, at least a minute, at most an hour.
Duration WarningTime(Duration span);

/// Set when the session's time is over: it is to be deleted, and that is what to tell.
std::optional<kube::Event> EndOf(const PlanInput& input);

/// Says in `plan.verdicts` when the session ends, if it does, and has it looked at in time.
void PlanLife(const PlanInput& input, Plan& plan);

}  // namespace hawser::controller
