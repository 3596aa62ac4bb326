// Decisions of mode InPlace: the agent goes into the shared workload itself.
#pragma once

#include "controller/plan/plan.h"

namespace hawser::controller {

/// Adds to `plan` what happens to the target, which exists and may be had, and says what comes of
/// it. `plan.verdicts.undone` is set too.
Verdict PlanInPlace(const PlanInput& input, Plan& plan);

/// True when keys must be made before a pod can use them.
bool NeedsKeys(const PlanInput& input);

}  // namespace hawser::controller
