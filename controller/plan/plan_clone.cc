// A copy of the target with the agent in it, kept equal to what the target and the session say.
#include "controller/plan/plan_clone.h"

#include <algorithm>
#include <utility>

#include "controller/plan/app.h"
#include "controller/plan/clone.h"
#include "controller/plan/command.h"
#include "controller/plan/container.h"
#include "controller/plan/covers.h"
#include "controller/plan/inject.h"
#include "controller/plan/merge.h"
#include "controller/plan/names.h"
#include "controller/plan/plan_in_place.h"
#include "controller/plan/refuse.h"
#include "lib/base/digest.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

bool Owns(const devsession::DevSession& session, const Workload& object) {
  const std::optional<kube::OwnerReference> owner = kube::ControllerOf(*object.object);
  return owner && owner->uid == session.uid;
}

/// What stands under that type and name, or null.
const Workload* FindLive(const Observed& observed, const kube::Resource& resource,
                         const kube::ObjectKey& key) {
  for (const Workload& live : observed.clones) {
    if (live.resource == resource && kube::KeyOf(*live.object) == key) return &live;
  }
  return nullptr;
}

ObjectApply WithDigest(const kube::Resource& resource, json object) {
  object["metadata"]["annotations"][kAppliedAnnotation] = Sha256(object.dump()).ToHex();
  const kube::ObjectKey key = kube::KeyOf(object);
  return {resource, key, std::move(object)};
}

/// True when the live object is as it was applied last. The server writes amounts in a form of its
/// own, so they are compared by the digest alone.
bool IsCloneApplied(const json& live, json wanted) {
  wanted.erase("apiVersion");
  wanted.erase("kind");
  if (wanted["spec"].contains("template")) {
    json& pod = wanted["spec"]["template"]["spec"];
    for (const char* list : {"containers", "initContainers"}) {
      if (!pod.contains(list)) continue;
      for (json& container : pod[list]) container.erase("resources");
    }
  }
  return Covers(live, wanted);
}

std::optional<Refusal> RefuseNames(const Observed& observed,
                                   const std::vector<ObjectApply>& wanted) {
  for (const ObjectApply& apply : wanted) {
    const Workload* live = FindLive(observed, apply.resource, apply.key);
    if (live == nullptr || Owns(observed.session, *live)) continue;
    return Refusal{reason::kNameTaken,
                   apply.resource.kind + " " + apply.key.name +
                       " exists and does not belong to this session; delete or rename it"};
  }
  return std::nullopt;
}

/// The objects a clone is made of, with the agent in the copy.
std::vector<ObjectApply> Wanted(const PlanInput& input, json copy, const Original& original,
                                const CommandLine& entrypoint) {
  const Observed& observed = input.observed;
  const kube::Resource resource = CloneResource(observed.target->resource);
  Override(observed.session.spec.clone, original.container, copy);
  const Workload plain{resource, std::make_shared<const json>(copy)};
  json workload =
      Merged(std::move(copy), InjectedWorkload({.target = plain,
                                                .session = observed.session,
                                                .original = original,
                                                .entrypoint = entrypoint,
                                                .agent_image = input.options.agent_image}));
  json service = CloneServiceOf(observed, workload);
  std::vector<ObjectApply> wanted = {WithDigest(resource, std::move(workload))};
  if (!service.is_null()) {
    wanted.push_back(WithDigest(kube::resources::kServices, std::move(service)));
  }
  return wanted;
}

std::vector<devsession::PortStatus> PortsOf(const std::vector<ObjectApply>& wanted) {
  std::vector<devsession::PortStatus> ports;
  const ObjectApply& last = wanted.back();
  if (last.resource != kube::resources::kServices) return ports;
  for (const json& port : last.object["spec"]["ports"]) {
    const uint16_t number = port["port"].get<uint16_t>();
    const bool repeated = std::any_of(ports.begin(), ports.end(),
                                      [&](const auto& other) { return other.container == number; });
    if (repeated) continue;
    ports.push_back({.name = port["name"], .container = number, .service = last.key.name});
  }
  return ports;
}

Verdict Apply(const PlanInput& input, std::vector<ObjectApply> wanted, Plan& plan) {
  const Observed& observed = input.observed;
  if (auto refusal = RefuseNames(observed, wanted)) return Verdict::False(*refusal);
  plan.make_keys = NeedsKeys(input);
  plan.verdicts.ports = PortsOf(wanted);
  DeleteClones(observed, wanted, plan);
  const std::string name = wanted.front().resource.kind + " " + wanted.front().key.name;
  for (ObjectApply& apply : wanted) {
    const Workload* live = FindLive(observed, apply.resource, apply.key);
    if (live == nullptr || !IsCloneApplied(*live->object, apply.object)) {
      plan.clone.push_back(std::move(apply));
    }
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
    plan.requeue_after = kAskRegistryAgain;
    return Verdict::False(UnknownEntrypoint(observed, kube::StringAt(*choice.container, "/image")));
  }
  return Apply(input, Wanted(input, std::move(copy), original, *entrypoint), plan);
}

void DeleteClones(const Observed& observed, const std::vector<ObjectApply>& wanted, Plan& plan) {
  for (const Workload& live : observed.clones) {
    if (!Owns(observed.session, live) || kube::IsDeleting(*live.object)) continue;
    const bool stays = std::any_of(wanted.begin(), wanted.end(), [&](const ObjectApply& apply) {
      return apply.resource == live.resource && apply.key == kube::KeyOf(*live.object);
    });
    if (!stays) plan.deletes.push_back(live);
  }
}

std::optional<std::string> ImageToCloneFrom(const Observed& observed) {
  const json copy = CloneOf(observed);
  const ContainerChoice choice = ChooseContainer(copy, observed.session.spec.target);
  if (choice.container == nullptr) return std::nullopt;
  return UnknownImage(observed, copy, *choice.container);
}

}  // namespace hawser::controller
