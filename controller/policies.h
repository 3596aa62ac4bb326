// Reports on policies: how many sessions there are under each, and whether it can be enforced.
#pragma once

#include "controller/caches.h"
#include "lib/base/clock.h"
#include "lib/kube/api.h"
#include "lib/kube/controller_loop.h"

namespace hawser::controller {

/// So long are changes of sessions gathered before the policies' counts are brought up to date.
inline constexpr Duration kCountDelay = std::chrono::seconds(1);

/// Reconciles DevPolicies, whose enforcement is the sessions' reconciler's. Thread-safe.
class PolicyReconciler final : public kube::Reconciler {
 public:
  /// Everything passed must outlive the reconciler.
  PolicyReconciler(kube::Api& api, const Caches& caches, const Clock& clock)
      : api_(api), caches_(caches), clock_(clock) {}

  kube::ReconcileResult Reconcile(const kube::ObjectKey& key) override;

 private:
  kube::Api& api_;
  const Caches& caches_;
  const Clock& clock_;
};

}  // namespace hawser::controller
