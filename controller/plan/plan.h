// The controller's decisions: a pure function from what was observed to what shall be done.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "controller/plan/observed.h"
#include "controller/plan/restart.h"
#include "controller/plan/status.h"
#include "lib/kube/api.h"

namespace hawser::controller {

struct PlanOptions {
  std::string agent_image;
  bool direct_path = true;                      ///< agents listen on their pod's address too
  std::chrono::hours keys_valid_for{365 * 24};  ///< keys are renewed when a third of it is left
};

/// A server-side apply of one object.
struct ObjectApply {
  kube::Resource resource;
  kube::ObjectKey key;
  nlohmann::json object;
};

/// A patch of how many pods a workload has.
struct Scaling {
  Workload workload;
  nlohmann::json patch;
};

/// The effects of one reconcile, in the order they are to happen. A converged world plans none.
struct Plan {
  bool add_finalizer = false;
  std::vector<Workload> restores;
  std::vector<Workload> deletes;  ///< of the session's own, what is not wanted any more
  bool make_keys = false;         ///< new keys into the session's Secret
  std::optional<ObjectApply> inject;
  std::optional<Scaling> scale;        ///< of the target, to or from zero
  std::vector<ObjectApply> clone;      ///< the session's own workload and its Service
  std::optional<ObjectApply> service;  ///< of a session in mode InPlace
  std::optional<ObjectApply> ingress;
  std::optional<Workload> remove_ingress;
  RestartPlan restart;
  bool remove_finalizer = false;
  /// Deletes the session, and nothing else happens: its time is over, as the event says.
  std::optional<kube::Event> end;

  Verdicts verdicts;  ///< as they are once all of the above succeeded
  std::optional<Duration> requeue_after;

  bool HasEffects() const {
    return add_finalizer || !restores.empty() || !deletes.empty() || make_keys || inject || scale ||
           !clone.empty() || service || ingress || remove_ingress || !restart.requests.empty() ||
           remove_finalizer || end;
  }
  /// Has the session looked at again after `delay`, or earlier if it already is.
  void LookAgainIn(Duration delay) {
    requeue_after = std::min(requeue_after.value_or(delay), delay);
  }
};

/// What a plan is made from.
struct PlanInput {
  const Observed& observed;
  const PlanOptions& options;
  WallTime now;
};

/// The image whose registry must be asked for its entrypoint before a plan can be made, if any.
std::optional<std::string> ImageToAsk(const Observed& observed);

/// What to do about a session.
Plan MakePlan(const Observed& observed, const PlanOptions& options, WallTime now);

}  // namespace hawser::controller
