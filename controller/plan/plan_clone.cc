// A copy of the target with the agent in it, kept equal to what the target and the session say.
#include "controller/plan/plan_clone.h"

#include <utility>

#include "controller/plan/app.h"
#include "controller/plan/clone.h"
#include "controller/plan/command.h"
#include "controller/plan/container.h"
#include "controller/plan/idle.h"
#include "controller/plan/inject.h"
#include "controller/plan/merge.h"
#include "controller/plan/names.h"
#include "controller/plan/other_version.h"
#include "controller/plan/own.h"
#include "controller/plan/plan_in_place.h"
#include "controller/plan/refuse.h"
#include "controller/plan/service.h"
#include "controller/plan/vain_apply.h"
#include "lib/base/digest.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

/// Of all that decides what the copy does, but the version of what is added to it.
std::string SourceDigest(const devsession::DevSession& session, const json& copy,
                         const CommandLine& entrypoint, const std::string& rollout) {
  const json all = {copy, entrypoint, session.spec.start, rollout};
  return Sha256(all.dump(-1, ' ', false, json::error_handler_t::replace)).ToHex();
}

bool IsThere(const Observed& observed, const ObjectApply& apply) {
  if (IsOwnApplied(observed, apply)) return true;
  const Workload* live = FindOwn(observed, apply.resource, apply.key);
  return live != nullptr && (IsVain(observed, apply.object, *live->object) ||
                             IsCopyOfOtherVersion(observed, *live->object, apply.object));
}

/// The objects a clone is made of, with the agent in the copy.
std::vector<ObjectApply> Wanted(const PlanInput& input, json copy, const Original& original,
                                const CommandLine& entrypoint, const std::string& rollout) {
  const Observed& observed = input.observed;
  const kube::Resource resource = CloneResource(observed.target->resource);
  Override(observed.session.spec.clone, original.container, copy);
  if (ShallSleep(input)) copy["spec"]["replicas"] = 0;
  const std::string source = SourceDigest(observed.session, copy, entrypoint, rollout);
  const Workload plain{resource, std::make_shared<const json>(copy)};
  json workload =
      Merged(std::move(copy), InjectedWorkload({.target = plain,
                                                .session = observed.session,
                                                .original = original,
                                                .entrypoint = entrypoint,
                                                .agent_image = input.options.agent_image,
                                                .direct_path = input.options.direct_path,
                                                .rollout = rollout}));
  workload["metadata"]["annotations"][kSourceAnnotation] = source;
  json service = ServiceOf(observed, &workload);
  std::vector<ObjectApply> wanted = {MakeOwnApply(resource, std::move(workload))};
  if (!service.is_null()) {
    wanted.push_back(MakeOwnApply(kube::resources::kServices, std::move(service)));
  }
  return wanted;
}

Verdict Apply(const PlanInput& input, std::vector<ObjectApply> wanted, Plan& plan) {
  const Observed& observed = input.observed;
  if (auto refusal = RefuseNames(observed, wanted)) return Verdict::False(*refusal);
  plan.make_keys = NeedsKeys(input);
  if (wanted.back().resource == kube::resources::kServices) {
    plan.verdicts.ports = PortsOf(wanted.back().object);
  }
  DeleteOthers(observed, wanted, plan);
  const std::string name = wanted.front().resource.kind + " " + wanted.front().key.name;
  for (ObjectApply& apply : wanted) {
    if (IsThere(observed, apply)) continue;
    if (apply.resource == kube::resources::kServices) LockToSeen(observed, apply);
    plan.clone.push_back(std::move(apply));
  }
  return Verdict::True(reason::kCloned,
                       name + " is this session's own copy of " + Place(observed.session));
}

}  // namespace

Verdict PlanClone(const PlanInput& input, Plan& plan) {
  const Observed& observed = input.observed;
  const devsession::Target& target = observed.session.spec.target;
  json copy = CloneOf(observed);
  const ContainerChoice choice = ChooseContainer(copy, target);
  if (choice.container == nullptr) return Verdict::False(choice.refusal);
  if (auto refusal = RefuseAddition(observed, copy)) return Verdict::False(*refusal);
  const Original original = AppOriginal(observed, copy, *choice.container);
  const std::optional<CommandLine> entrypoint = ResolveEntrypoint(original, target);
  if (!entrypoint) {
    plan.LookAgainIn(kAskRegistryAgain);
    return UnknownEntrypoint(observed, kube::StringAt(*choice.container, "/image"));
  }
  return Apply(input, Wanted(input, std::move(copy), original, *entrypoint, plan.restart.rollout),
               plan);
}

std::optional<std::string> ImageToCloneFrom(const Observed& observed) {
  const json copy = CloneOf(observed);
  const ContainerChoice choice = ChooseContainer(copy, observed.session.spec.target);
  if (choice.container == nullptr) return std::nullopt;
  return UnknownImage(observed, copy, *choice.container);
}

}  // namespace hawser::controller
