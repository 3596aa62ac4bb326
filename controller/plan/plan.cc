// Decides stage by stage: target, holder, then what the session's mode asks for.
#include "controller/plan/plan.h"

#include "controller/plan/admission.h"
#include "controller/plan/app.h"
#include "controller/plan/container.h"
#include "controller/plan/expose.h"
#include "controller/plan/idle.h"
#include "controller/plan/life.h"
#include "controller/plan/names.h"
#include "controller/plan/own.h"
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
  if (plan.verdicts.awake && plan.verdicts.awake->status == "False") {
    return Verdict::False({reason::kAsleep, plan.verdicts.awake->message});
  }
  if (plan.inject) return Verdict::False(PodsBeingReplaced());
  if (!plan.clone.empty()) {
    return Verdict::False({reason::kPodsPending, "the copy's pods are being made"});
  }
  if (plan.scale) return Verdict::False({reason::kPodsPending, "the pods are being started"});
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

/// Nothing is touched for a session that the policies refuse, and what it had elsewhere goes.
void PlanRefused(const Observed& observed, const Refusal& refusal, Plan& plan) {
  DeleteOthers(observed, {}, plan);
  plan.verdicts.admitted = Verdict::False(refusal);
  plan.verdicts.agent_injected = Verdict::False({reason::kNotAdmitted, refusal.message});
  plan.verdicts.ports_served = Verdict::False({reason::kNotInjected, refusal.message});
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

void PlanAdmitted(const PlanInput& input, Plan& plan) {
  if (!input.observed.policies.empty()) {
    plan.verdicts.admitted =
        Verdict::True(reason::kAdmitted, "the namespace's policies admit the session");
  }
  if (plan.verdicts.target_found.IsTrue()) plan.verdicts.agent_injected = PlanTarget(input, plan);
}

Plan PlanSession(const PlanInput& input) {
  const Observed& observed = input.observed;
  Plan plan;
  plan.restart = PlanRestart(observed, input.now);
  plan.verdicts.restarts = plan.restart.status;
  for (const Workload& workload : observed.injected) {
    if (WantsClone(observed) || !IsTarget(observed, workload)) plan.restores.push_back(workload);
  }
  const std::optional<Refusal> unfit = RefuseKind(observed.session);
  if (unfit) {
    plan.verdicts.target_found = plan.verdicts.agent_injected = Verdict::False(*unfit);
  } else if (!observed.target) {
    plan.verdicts.target_found = plan.verdicts.agent_injected =
        Verdict::False(MissingTarget(observed.session));
  } else {
    plan.verdicts.target_found =
        Verdict::True(reason::kTargetFound, Place(observed.session) + " exists");
  }
  const std::optional<Refusal> refusal = RefuseByPolicy(observed);
  if (refusal) {
    PlanRefused(observed, *refusal, plan);
  } else {
    PlanAdmitted(input, plan);
  }
  PlanIdle(input, plan);
  plan.verdicts.agents_ready = AgentsVerdict(observed, plan);
  if (!refusal) {
    plan.verdicts.ports_served =
        WantsClone(observed) ? CopyServedVerdict(plan.verdicts) : PlanService(observed, plan);
  }
  plan.verdicts.exposed = PlanExposure(observed, plan);
  PlanLife(input, plan);
  return plan;
}

}  // namespace

std::optional<std::string> ImageToAsk(const Observed& observed) {
  if (observed.session.deleting || !observed.spec_error.ok() || !observed.target) {
    return std::nullopt;
  }
  if (RefuseByPolicy(observed) || RefuseTarget(observed)) return std::nullopt;
  if (WantsClone(observed)) return ImageToCloneFrom(observed);
  const json& workload = *observed.target->object;
  const ContainerChoice choice = ChooseContainer(workload, observed.session.spec.target);
  if (choice.container == nullptr) return std::nullopt;
  return UnknownImage(observed, workload, *choice.container);
}

Plan MakePlan(const Observed& observed, const PlanOptions& options, WallTime now) {
  if (observed.session.deleting) return PlanDeletion(observed);
  if (!observed.spec_error.ok()) return PlanInvalid(observed);
  const PlanInput input{.observed = observed, .options = options, .now = now};
  std::optional<kube::Event> end = EndOf(input);
  if (!end) end = IdleEnd(input);
  if (end) {
    Plan plan;
    plan.end = std::move(end);
    return plan;
  }
  return PlanSession(input);
}

}  // namespace hawser::controller
