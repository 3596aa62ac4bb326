// Observe, plan, act, report: the life of one reconcile.
#pragma once

#include "controller/act.h"
#include "controller/audit.h"
#include "controller/observe.h"
#include "controller/plan/plan.h"
#include "controller/vain_applies.h"
#include "lib/base/clock.h"
#include "lib/kube/api.h"
#include "lib/kube/controller_loop.h"

namespace hawser::controller {

/// Reconciles DevSessions. Thread-safe for different keys.
class SessionReconciler final : public kube::Reconciler {
 public:
  /// Everything passed by reference must outlive the reconciler.
  SessionReconciler(kube::Api& api, Observer& observer, KeyMemory& keys, Audit& audit,
                    const Clock& clock, PlanOptions options);

  kube::ReconcileResult Reconcile(const kube::ObjectKey& key) override;

 private:
  void TakeNote(const Acted& acted, Observed& observed, Plan& plan, WallTime now);
  Status Report(const Observed& observed, const Verdicts& verdicts);
  kube::ReconcileResult End(const Observed& observed, const kube::Event& event);

  kube::Api& api_;
  Observer& observer_;
  KeyMemory& keys_;
  Audit& audit_;
  const Clock& clock_;
  const PlanOptions options_;
  VainApplies vain_applies_;
};

}  // namespace hawser::controller
