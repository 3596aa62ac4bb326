// Carries a plan out: one request after the other, each harmless when repeated.
#pragma once

#include <optional>

#include "controller/plan/plan.h"
#include "lib/base/clock.h"
#include "lib/base/digest.h"
#include "lib/base/result.h"
#include "lib/kube/api.h"

namespace hawser::controller {

/// What came of a plan.
struct Acted {
  std::optional<Digest> vain_apply;  ///< of a workload, which is as it was before (NameOfApply)
};

/// Does what `plan` says about what was `observed`, but for what ServePorts and ExposePorts do,
/// in its order, up to the first failure. aborted means that something changed since: observe
/// again.
Result<Acted> Act(kube::Api& api, const Observed& observed, const Plan& plan,
                  const PlanOptions& options, WallTime now);

/// Applies the session's Service, where the plan says so. Apart from the rest, because changes
/// reach the pods without it.
Status ServePorts(kube::Api& api, const Plan& plan);

/// Applies or removes the session's Ingress, where the plan says so. Apart for the same reason.
Status ExposePorts(kube::Api& api, const Plan& plan);

/// Deletes a session as it was observed. aborted means that it changed since: its time may have
/// been extended.
Status EndSession(kube::Api& api, const Observed& observed);

/// Applies the controller's part of the status of a session that was `seen`; aborted when it is
/// about restarts and the session changed since.
Status WriteStatus(kube::Api& api, const devsession::DevSession& seen,
                   const devsession::SessionStatus& status);

}  // namespace hawser::controller
