// Decides stage by stage: target, holder, then what the session's mode asks for.
#include "controller/plan/plan.h"

#include "controller/plan/app.h"
#include "controller/plan/container.h"
#include "controller/plan/expose.h"
#include "controller/plan/names.h"
#include "controller/plan/plan_clone.h"
#include "controller/plan/plan_in_place.h"
#include "controller/plan/pods.h"
#include "controller/plan/refuse.h"
#include "controller/plan/service.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;
using nlohmann::json;

bool WantsClone(const Observed& observed) {
  return observed.session.spec.mode == "Clone";
}

bool IsTarget(const Observed& observed, const Workload& workload) {
  return observed.target && observed.target->resource == workload.resource &&
         kube::NameOf(*observed.target->object) == kube::NameOf(*workload.object);
}

Verdict AgentsVerdict(const Observed& observed, const Plan& plan) {
  if (!plan.verdicts.agent_injected.IsTrue()) {
    return Verdict::False({reason::kNotInjected, plan.verdicts.agent_injected.message});
  }
  if (plan.inject) return Verdict::False({reason::kPodsPending, "the pods are being replaced"});
  if (!plan.clone.empty()) {
    return Verdict::False({reason::kPodsPending, "the copy's pods are being made"});
  }
  const Refusal trouble = AgentsTrouble(LivePods(observed.pods), OwnWorkload(observed));
  if (!trouble.reason.empty()) return Verdict::False(trouble);
  return Verdict::True(reason::kAgentsReady, "every pod's agent runs");
}

/// What became of a copy's Service, which is planned with the copy.
Verdict CopyServedVerdict(const Verdicts& verdicts) {
  const Verdict& injected = verdicts.agent_injected;
  if (!injected.IsTrue()) return Verdict::False({reason::kNotInjected, injected.message});
  if (verdicts.ports.empty()) {
    return Verdict::True(reason::kNoPorts, "neither the session nor a container names a port");
  }
  return Verdict::True(reason::kServed,
                       "Service " + verdicts.ports.front().service + " leads to the copy's ports");
}

Plan PlanDeletion(const Observed& observed) {
  Plan plan;
  plan.restores = observed.injected;
  plan.remove_finalizer = kube::HasFinalizer(*observed.object, devsession::kFinalizer);
  const Verdict verdict =
      Verdict::False({reason::kDeleting, "the session is deleted and the workload restored"});
  plan.verdicts = {verdict, verdict, verdict, verdict};
  return plan;
}

Plan PlanInvalid(const Observed& observed) {
  const Verdict verdict = Verdict::False({reason::kInvalidSpec, observed.spec_error.message()});
  Plan plan;
  plan.verdicts = {verdict, verdict, verdict, verdict};
  return plan;
}

Refusal MissingTarget(const DevSession& session) {
  return {reason::kTargetNotFound, Place(session) + " does not exist in namespace " + session.ns +
                                       "; create it, or change spec.target"};
}

/// Plans what the session's mode asks for; the target exists.
Verdict PlanTarget(const PlanInput& input, Plan& plan) {
  const Observed& observed = input.observed;
  const bool clone = WantsClone(observed);
  if (std::optional<Refusal> refusal = RefuseTarget(observed)) {
    const bool ours = InjectedBy(*observed.target->object) == observed.session.name;
    if (ours && !clone) plan.restores.push_back(*observed.target);
    return Verdict::False(*refusal);
  }
  return clone ? PlanClone(input, plan) : PlanInPlace(input, plan);
}

Plan PlanSession(const PlanInput& input) {
  const Observed& observed = input.observed;
  Plan plan;
  for (const Workload& workload : observed.injected) {
    if (WantsClone(observed) || !IsTarget(observed, workload)) plan.restores.push_back(workload);
  }
  if (const std::optional<Refusal> refusal = RefuseKind(observed.session)) {
    plan.verdicts.target_found = plan.verdicts.agent_injected = Verdict::False(*refusal);
  } else if (!observed.target) {
    plan.verdicts.target_found = plan.verdicts.agent_injected =
        Verdict::False(MissingTarget(observed.session));
  } else {
    plan.verdicts.target_found =
        Verdict::True(reason::kTargetFound, Place(observed.session) + " exists");
    plan.verdicts.agent_injected = PlanTarget(input, plan);
  }
  plan.verdicts.agents_ready = AgentsVerdict(observed, plan);
  plan.verdicts.ports_served =
      WantsClone(observed) ? CopyServedVerdict(plan.verdicts) : PlanService(observed, plan);
  plan.verdicts.exposed = PlanExposure(observed, plan);
  return plan;
}

}  // namespace

std::optional<std::string> ImageToAsk(const Observed& observed) {
  if (observed.session.deleting || !observed.spec_error.ok() || !observed.target) {
    return std::nullopt;
  }
  if (RefuseTarget(observed)) return std::nullopt;
  if (WantsClone(observed)) return ImageToCloneFrom(observed);
  const json& workload = *observed.target->object;
  const ContainerChoice choice = ChooseContainer(workload, observed.session.spec.target);
  if (choice.container == nullptr) return std::nullopt;
  return UnknownImage(observed, workload, *choice.container);
}

Plan MakePlan(const Observed& observed, const PlanOptions& options, WallTime now) {
  if (observed.session.deleting) return PlanDeletion(observed);
  if (!observed.spec_error.ok()) return PlanInvalid(observed);
  return PlanSession({.observed = observed, .options = options, .now = now});
}

}  // namespace hawser::controller
