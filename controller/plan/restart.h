// What becomes of restarts that a session asks for by annotation or spec.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/plan/observed.h"
#include "lib/devsession/restarts.h"

namespace hawser::controller {

/// A request that is to be put on one pod, for its agent to see.
struct PodRequest {
  kube::ObjectKey pod;
  std::string uid;
  std::string version;  ///< resourceVersion as observed: what changed since is looked at again
  std::string id;       ///< of the request
  std::string text;     ///< of the annotation; docs/pod.md
  bool operator==(const PodRequest&) const = default;
};

struct RestartPlan {
  /// What to report; nothing while nobody ever asked for a restart.
  std::optional<devsession::Restarts> status;
  std::vector<PodRequest> requests;
  std::string rollout;  ///< what the pod template's annotation is to say; empty: it is to be absent
};

/// True for reasons of status.restarts that say that nothing was done.
bool IsRestartRefusal(const std::string& reason);

/// A request goes through three looks, so that each step is known to be made before the next: it is
/// taken up (status), put on the pods that were there then, and seen to be done. Pods that come
/// later start anew anyway.
RestartPlan PlanRestart(const Observed& observed, WallTime now);

}  // namespace hawser::controller
