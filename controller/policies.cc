// Counts come from indexes; the status is written only when it differs.
#include "controller/policies.h"

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/resources.h"
#include "lib/base/text.h"
#include "lib/devsession/policy.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::Condition;
using devsession::PolicyStatus;
using nlohmann::json;

/// The condition, whose time moves only with its status.
Condition Enforced(const Status& parsed, int64_t generation, const PolicyStatus& before,
                   WallTime now) {
  Condition enforced{
      .type = condition::kEnforced,
      .status = parsed.ok() ? "True" : "False",
      .reason = parsed.ok() ? reason::kEnforced : reason::kInvalidSpec,
      .message = parsed.ok() ? "sessions of this namespace are held to it" : parsed.message(),
      .observed_generation = generation,
      .last_transition_time = FormatTime(now)};
  for (const Condition& was : before.conditions) {
    if (was.type == enforced.type && was.status == enforced.status) {
      enforced.last_transition_time = was.last_transition_time;
    }
  }
  return enforced;
}

}  // namespace

kube::ReconcileResult PolicyReconciler::Reconcile(const kube::ObjectKey& key) {
  if (!caches_.sessions.synced()) return kube::ReconcileResult::After(kCountDelay);
  const kube::ObjectPtr object = caches_.policies.Get(key);
  if (object == nullptr) return kube::ReconcileResult::Done();
  const PolicyStatus before = devsession::ParsePolicyStatus(*object);
  const int64_t generation = kube::GenerationOf(*object);
  const PolicyStatus status{.observed_generation = generation,
                            .sessions = caches_.CountSessions(key.ns),
                            .refused = caches_.CountRefused(key.ns),
                            .conditions = {Enforced(devsession::ParsePolicy(*object).status(),
                                                    generation, before, clock_.WallNow())}};
  if (status == before) return kube::ReconcileResult::Done();
  json written = kube::MakeObject(kDevPolicies, key);
  written["status"] = devsession::PolicyStatusToJson(status);
  const Status applied =
      api_.Apply(kDevPolicies, key, written, devsession::kControllerManager, true, "status")
          .status();
  if (applied.ok() || applied.code() == Code::kNotFound) return kube::ReconcileResult::Done();
  return kube::ReconcileResult::Failed(applied.Annotate("writing the policy's status"));
}

}  // namespace hawser::controller
