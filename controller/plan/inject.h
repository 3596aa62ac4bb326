// What an injection writes: the fields that server-side apply owns in the target's pod template.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "controller/plan/original.h"
#include "lib/devsession/devsession.h"

namespace hawser::controller {

struct Injection {
  const Workload& target;
  const devsession::DevSession& session;
  const Original& original;
  const CommandLine& entrypoint;  ///< what the supervisor starts
  std::string agent_image;
  bool direct_path = true;  ///< the agent listens on the pod's address too, unless that is a node's
  std::string rollout;      ///< the restart by rollout that replaced the pods last; empty: none
};

/// The object to apply with field manager `hawser`, taking `command` and `args` from other
/// managers. It carries the workload's resourceVersion: if the workload changed since it was
/// observed, the apply is a conflict instead of an injection that keeps the wrong original.
nlohmann::json InjectedWorkload(const Injection& injection);

}  // namespace hawser::controller
