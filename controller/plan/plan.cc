// Decides stage by stage: target, container, holder, keys, entrypoint; then inject or restore.
#include "controller/plan/plan.h"

#include <algorithm>
#include <utility>

#include "controller/plan/command.h"
#include "controller/plan/container.h"
#include "controller/plan/covers.h"
#include "controller/plan/inject.h"
#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/plan/pods.h"
#include "controller/plan/rivals.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;
using nlohmann::json;

constexpr Duration kAskRegistryAgain = std::chrono::seconds(30);

bool HasFinalizer(const DevSession& session) {
  const std::vector<std::string>& all = session.finalizers;
  return std::find(all.begin(), all.end(), devsession::kFinalizer) != all.end();
}

std::string Place(const DevSession& session) {
  return session.spec.target.kind + " " + session.spec.target.name;
}

bool IsTarget(const Observed& observed, const Workload& workload) {
  return observed.target && observed.target->resource == workload.resource &&
         kube::NameOf(*observed.target->object) == kube::NameOf(*workload.object);
}

/// The original with what is known of the image `container` runs now, or without any if it does not
/// matter.
Original OriginalWithImage(const Observed& observed, const json& container) {
  Original original = CurrentOriginal(*observed.target->object, container);
  const std::string image = kube::StringAt(container, "/image");
  const bool needed = NeedsImageCommand(original, observed.session.spec.target);
  if (needed && observed.image_command) {
    original.image = image;
    original.image_command = observed.image_command;
  } else if (!needed || original.image != image) {
    original.image.clear();
    original.image_command.reset();
  }
  return original;
}

/// Why this session may not touch its target at all, whatever is in it.
std::optional<Refusal> RefuseTarget(const Observed& observed) {
  const DevSession& session = observed.session;
  if (session.spec.mode != "InPlace") {
    return Refusal{reason::kNotYetActedOn,
                   "mode " + session.spec.mode + " is not acted on by this version and " +
                       Place(session) + " is left untouched; set spec.mode to InPlace"};
  }
  if (const std::optional<DevSession> holder = Holder(observed)) {
    return Refusal{reason::kHeldByOtherSession, Place(session) + " is held by session " +
                                                    holder->name + " of " + holder->spec.owner +
                                                    "; delete that one, or wait"};
  }
  return std::nullopt;
}

/// Why nothing may be added to the chosen target now.
std::optional<Refusal> RefuseAddition(const Observed& observed) {
  const json& workload = *observed.target->object;
  const std::string taken = InjectedBy(workload).empty() ? TakenName(workload) : std::string();
  if (!taken.empty()) {
    return Refusal{reason::kNameTaken, Place(observed.session) +
                                           " has a container or volume named " + taken +
                                           " of its own, which Hawser needs; rename it"};
  }
  if (observed.keys.kind == KeysState::Kind::kForeign) {
    return Refusal{reason::kSecretNotOwned,
                   "Secret " + devsession::SecretName(observed.session.name) +
                       " exists and does not belong to this session; delete or rename it"};
  }
  return std::nullopt;
}

Refusal UnknownEntrypoint(const Observed& observed, const std::string& image) {
  std::string why = "the image " + image + " names no entrypoint";
  if (observed.image_error) why = observed.image_error->message();
  return {reason::kEntrypointUnknown, "what to start is unknown: the pod spec has no command and " +
                                          why + "; set spec.target.command"};
}

bool NeedsKeys(const KeysState& keys, const PlanOptions& options, WallTime now) {
  if (keys.kind != KeysState::Kind::kValid) return true;
  return keys.expires - now < options.keys_valid_for / 3;
}

/// True when the target carries an injection that is of no use any more: it must be restored first.
bool IsInjectedElsewhere(const json& workload, const json* container) {
  if (InjectedBy(workload).empty()) return false;
  const std::optional<Original> stored = StoredOriginal(workload);
  if (!stored) return container == nullptr;
  return container == nullptr || stored->container != kube::StringAt(*container, "/name");
}

bool IsApplied(const json& live, json wanted) {
  wanted.erase("apiVersion");
  wanted.erase("kind");
  return Covers(live, wanted);
}

/// Plans the injection into `container` of the target.
Verdict PlanInjection(const Observed& observed, const PlanOptions& options, WallTime now,
                      const json& container, Plan& plan) {
  const DevSession& session = observed.session;
  if (std::optional<Refusal> refusal = RefuseAddition(observed)) return Verdict::False(*refusal);
  const Original original = OriginalWithImage(observed, container);
  const std::optional<CommandLine> entrypoint = ResolveEntrypoint(original, session.spec.target);
  if (!entrypoint) {
    plan.requeue_after = kAskRegistryAgain;
    return Verdict::False(UnknownEntrypoint(observed, kube::StringAt(container, "/image")));
  }
  plan.make_keys = NeedsKeys(observed.keys, options, now);
  const Workload& target = *observed.target;
  json wanted = InjectedWorkload({.target = target,
                                  .session = session,
                                  .original = original,
                                  .entrypoint = *entrypoint,
                                  .agent_image = options.agent_image});
  if (!IsApplied(*target.object, wanted)) {
    plan.inject = WorkloadApply{target.resource, kube::KeyOf(*target.object), std::move(wanted)};
  }
  plan.add_finalizer = !HasFinalizer(session);
  return Verdict::True(reason::kInjected,
                       "container " + original.container + " runs under the supervisor");
}

/// Plans what happens to the target, which exists.
Verdict PlanTarget(const Observed& observed, const PlanOptions& options, WallTime now, Plan& plan) {
  const DevSession& session = observed.session;
  const json& workload = *observed.target->object;
  const bool ours = InjectedBy(workload) == session.name;
  if (std::optional<Refusal> refusal = RefuseTarget(observed)) {
    if (ours) plan.restores.push_back(*observed.target);
    return Verdict::False(*refusal);
  }
  const ContainerChoice choice = ChooseContainer(workload, session.spec.target);
  if (IsInjectedElsewhere(workload, choice.container)) {
    plan.restores.push_back(*observed.target);
    if (choice.container != nullptr) {
      return Verdict::False(
          {reason::kMoving, "the agent moves to container " + session.spec.target.container});
    }
  }
  if (choice.container == nullptr) return Verdict::False(choice.refusal);
  return PlanInjection(observed, options, now, *choice.container, plan);
}

Verdict AgentsVerdict(const Observed& observed, const Plan& plan) {
  if (!plan.verdicts.agent_injected.IsTrue()) {
    return Verdict::False({reason::kNotInjected, plan.verdicts.agent_injected.message});
  }
  if (plan.inject) return Verdict::False({reason::kPodsPending, "the pods are being replaced"});
  const Refusal trouble = AgentsTrouble(LivePods(observed.pods));
  if (!trouble.reason.empty()) return Verdict::False(trouble);
  return Verdict::True(reason::kAgentsReady, "every pod's agent runs");
}

Plan PlanDeletion(const Observed& observed) {
  Plan plan;
  plan.restores = observed.injected;
  plan.remove_finalizer = HasFinalizer(observed.session);
  const Verdict verdict =
      Verdict::False({reason::kDeleting, "the session is deleted and the workload restored"});
  plan.verdicts = {verdict, verdict, verdict};
  return plan;
}

Plan PlanInvalid(const Observed& observed) {
  const Verdict verdict = Verdict::False({reason::kInvalidSpec, observed.spec_error.message()});
  Plan plan;
  plan.verdicts = {verdict, verdict, verdict};
  return plan;
}

Plan PlanSession(const Observed& observed, const PlanOptions& options, WallTime now) {
  Plan plan;
  for (const Workload& workload : observed.injected) {
    if (!IsTarget(observed, workload)) plan.restores.push_back(workload);
  }
  if (!observed.target) {
    const Refusal missing = {reason::kTargetNotFound,
                             Place(observed.session) + " does not exist in namespace " +
                                 observed.session.ns + "; create it, or change spec.target"};
    plan.verdicts.target_found = Verdict::False(missing);
    plan.verdicts.agent_injected = Verdict::False(missing);
  } else {
    plan.verdicts.target_found =
        Verdict::True(reason::kTargetFound, Place(observed.session) + " exists");
    plan.verdicts.agent_injected = PlanTarget(observed, options, now, plan);
  }
  plan.verdicts.agents_ready = AgentsVerdict(observed, plan);
  return plan;
}

}  // namespace

std::optional<std::string> ImageToAsk(const Observed& observed) {
  if (observed.session.deleting || !observed.spec_error.ok() || !observed.target) {
    return std::nullopt;
  }
  if (RefuseTarget(observed)) return std::nullopt;
  const devsession::Target& target = observed.session.spec.target;
  const ContainerChoice choice = ChooseContainer(*observed.target->object, target);
  if (choice.container == nullptr) return std::nullopt;
  const Original original = CurrentOriginal(*observed.target->object, *choice.container);
  const std::string image = kube::StringAt(*choice.container, "/image");
  const bool known = original.image_command && original.image == image;
  if (known || !NeedsImageCommand(original, target)) return std::nullopt;
  return image;
}

Plan MakePlan(const Observed& observed, const PlanOptions& options, WallTime now) {
  if (observed.session.deleting) return PlanDeletion(observed);
  if (!observed.spec_error.ok()) return PlanInvalid(observed);
  return PlanSession(observed, options, now);
}

}  // namespace hawser::controller
