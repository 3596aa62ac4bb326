// Whether somebody keeps taking the injection out, and how long to hold still then.
#pragma once

#include <optional>
#include <string>

#include "controller/plan/observed.h"
#include "lib/base/clock.h"

namespace hawser::controller {

/// True when the session's status says that it holds its target's injection (or waits to put it
/// back) for the spec as it is now. Mode InPlace only.
bool ClaimsTarget(const devsession::DevSession& session);

/// True when the session claims its target, but the target, which exists, does not run its app
/// under this session's supervisor: somebody put it back, if the target is not out of date.
bool IsUndone(const Observed& observed);

/// The record of undoings as it is now: nothing for another spec, or after a long quiet time.
std::optional<devsession::Undone> UndoneSoFar(const devsession::DevSession& session, WallTime now);

/// When the injection may be put back after `undone`: at once for the first two times, then after
/// 5 minutes, doubling up to an hour.
WallTime NextInjection(const devsession::Undone& undone);

/// The field manager that changed the workload last, other than ours; "" if the server does not
/// say.
std::string LastManager(const nlohmann::json& workload);

}  // namespace hawser::controller
