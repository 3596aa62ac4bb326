// Why a session may not have its target, or nothing may be added to it: reasons with a remedy.
#pragma once

#include <optional>
#include <string>

#include "controller/plan/container.h"
#include "controller/plan/observed.h"
#include "controller/plan/status.h"

namespace hawser::controller {

/// The target as people write it: "Deployment api".
std::string Place(const devsession::DevSession& session);

/// Refuses types whose pods must end by themselves. Needs no target.
std::optional<Refusal> RefuseKind(const devsession::DevSession& session);

/// Refuses a target, which exists, that is not this session's to work on, whatever is in it: made
/// by another controller, or held by another session.
std::optional<Refusal> RefuseTarget(const Observed& observed);

/// Refuses to add containers to `workload` whose names are taken, or without keys of our own.
/// Names in a workload that we were in already are our own.
std::optional<Refusal> RefuseAddition(const Observed& observed, const nlohmann::json& workload);

/// Says that nobody knows what a container of `image` starts. While its registry is being asked,
/// what was reported of the injection stays.
Verdict UnknownEntrypoint(const Observed& observed, const std::string& image);

}  // namespace hawser::controller
