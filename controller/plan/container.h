// Finds the app's container in a workload.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lib/devsession/devsession.h"

namespace hawser::controller {

/// Why something that the session asks for cannot be done now: a condition's reason and message.
struct Refusal {
  std::string reason;
  std::string message;
  bool operator==(const Refusal&) const = default;
};

/// The container, or null and the reason why.
struct ContainerChoice {
  const nlohmann::json* container = nullptr;  ///< lives as long as the workload
  Refusal refusal;
};

/// Chooses the container that the target names; else the only one, the one that kubectl takes by
/// default, or the only one that is no well-known sidecar.
ContainerChoice ChooseContainer(const nlohmann::json& workload, const devsession::Target& target);

/// The name of a container, init container or volume of ours that the owner's template uses
/// already, or "". To be asked before a first injection.
std::string TakenName(const nlohmann::json& workload);

}  // namespace hawser::controller
