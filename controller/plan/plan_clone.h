// Decisions of mode Clone: the agent goes into a copy of the session's own.
#pragma once

#include "controller/plan/plan.h"

namespace hawser::controller {

/// Adds to `plan` what the session's copy and its Service need, and says what comes of it. The
/// target exists and may be copied.
Verdict PlanClone(const PlanInput& input, Plan& plan);

/// The image whose registry must be asked before the target can be copied, if any.
std::optional<std::string> ImageToCloneFrom(const Observed& observed);

}  // namespace hawser::controller
