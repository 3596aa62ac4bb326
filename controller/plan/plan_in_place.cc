// Container, keys, entrypoint, contest; then injects, moves or holds still.
#include "controller/plan/plan_in_place.h"

#include <utility>

#include "controller/plan/app.h"
#include "controller/plan/command.h"
#include "controller/plan/container.h"
#include "controller/plan/contest.h"
#include "controller/plan/covers.h"
#include "controller/plan/inject.h"
#include "controller/plan/names.h"
#include "controller/plan/other_version.h"
#include "controller/plan/refuse.h"
#include "controller/plan/vain_apply.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

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

Refusal Contested(const PlanInput& input, const devsession::Undone& undone, WallTime next) {
  const std::string manager = Printable(LastManager(*input.observed.target->object));
  return {reason::kContested,
          Place(input.observed.session) + " was set back " + std::to_string(undone.count + 1) +
              " times after the injection" + (manager.empty() ? "" : ", last by " + manager) +
              "; let it leave the pod template alone while the session lasts, or set spec.mode to "
              "Clone; the next attempt is at " +
              FormatTime(next)};
}

/// Counts an undoing that is answered now, or says why it is not.
std::optional<Refusal> HoldStill(const PlanInput& input, Plan& plan) {
  std::optional<devsession::Undone>& undone = plan.verdicts.undone;
  undone = UndoneSoFar(input.observed.session, input.now);
  if (!IsUndone(input.observed)) return std::nullopt;
  const devsession::Undone before = undone.value_or(devsession::Undone{});
  const WallTime next = NextInjection(before);
  if (input.now < next) {
    plan.LookAgainIn(next - input.now);
    return Contested(input, before, next);
  }
  undone = devsession::Undone{.count = before.count + 1, .last_time = FormatTime(input.now)};
  return std::nullopt;
}

/// Plans the injection into `container` of the target.
Verdict PlanInjection(const PlanInput& input, const json& container, Plan& plan) {
  const Observed& observed = input.observed;
  const devsession::DevSession& session = observed.session;
  const Workload& target = *observed.target;
  if (auto refusal = RefuseAddition(observed, *target.object)) return Verdict::False(*refusal);
  const Original original = AppOriginal(observed, *target.object, container);
  const std::optional<CommandLine> entrypoint = ResolveEntrypoint(original, session.spec.target);
  if (!entrypoint) {
    plan.verdicts.undone = UndoneSoFar(session, input.now);
    plan.LookAgainIn(kAskRegistryAgain);
    return UnknownEntrypoint(observed, kube::StringAt(container, "/image"));
  }
  if (auto refusal = HoldStill(input, plan)) return Verdict::False(*refusal);
  plan.make_keys = NeedsKeys(input);
  json wanted = InjectedWorkload({.target = target,
                                  .session = session,
                                  .original = original,
                                  .entrypoint = *entrypoint,
                                  .agent_image = input.options.agent_image,
                                  .direct_path = input.options.direct_path,
                                  .rollout = plan.restart.rollout});
  if (!IsApplied(*target.object, wanted) && !IsVain(observed, wanted, *target.object) &&
      !ServesFromOtherVersion(observed, *target.object, wanted)) {
    plan.inject = ObjectApply{target.resource, kube::KeyOf(*target.object), std::move(wanted)};
  }
  plan.add_finalizer = !kube::HasFinalizer(*observed.object, devsession::kFinalizer);
  return Verdict::True(reason::kInjected,
                       "container " + original.container + " runs under the supervisor");
}

}  // namespace

bool NeedsKeys(const PlanInput& input) {
  const KeysState& keys = input.observed.keys;
  if (keys.kind != KeysState::Kind::kValid) return true;
  return keys.expires - input.now < input.options.keys_valid_for / 3;
}

Verdict PlanInPlace(const PlanInput& input, Plan& plan) {
  const Observed& observed = input.observed;
  const json& workload = *observed.target->object;
  const ContainerChoice choice = ChooseContainer(workload, observed.session.spec.target);
  if (IsInjectedElsewhere(workload, choice.container)) {
    plan.restores.push_back(*observed.target);
    if (choice.container != nullptr) {
      return Verdict::False({reason::kMoving, "the agent moves to container " +
                                                  kube::StringAt(*choice.container, "/name")});
    }
  }
  if (choice.container == nullptr) return Verdict::False(choice.refusal);
  return PlanInjection(input, *choice.container, plan);
}

}  // namespace hawser::controller
