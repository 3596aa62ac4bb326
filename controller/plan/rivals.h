// Which of several sessions on one workload may have it.
#pragma once

#include <optional>

#include "controller/plan/observed.h"

namespace hawser::controller {

/// The session that keeps this one, of mode InPlace, from its target, if any: the one whose
/// injection the target carries, else one that holds it but was put out by others, else the oldest
/// of mode InPlace that is not being deleted (by name among equals) and no policy refused.
std::optional<devsession::DevSession> Holder(const Observed& observed);

}  // namespace hawser::controller
