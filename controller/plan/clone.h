// The object of mode Clone: a session's own copy of a workload.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "controller/plan/observed.h"

namespace hawser::controller {

/// The type of a copy: a DaemonSet is copied as a Deployment, the others as what they are.
kube::Resource CloneResource(const kube::Resource& source);

/// The copy of the target, which exists, before the agent is added: its pod template with labels,
/// network and volumes of the copy's own, in a workload that the session controls. Claims become
/// empty volumes: the shared data stays untouched.
nlohmann::json CloneOf(const Observed& observed);

/// Sets the session's overrides in the copy's container of that name.
void Override(const devsession::Clone& overrides, const std::string& container,
              nlohmann::json& clone);

}  // namespace hawser::controller
