// Objects that the session controls and that go with it.
#include "controller/plan/own.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/plan/covers.h"
#include "controller/plan/names.h"
#include "lib/base/digest.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;
using nlohmann::json;

json WithoutAmounts(json wanted) {
  wanted.erase("apiVersion");
  wanted.erase("kind");
  if (!wanted["spec"].contains("template")) return wanted;
  json& pod = wanted["spec"]["template"]["spec"];
  for (const char* list : {"containers", "initContainers"}) {
    if (!pod.contains(list)) continue;
    for (json& container : pod[list]) container.erase("resources");
  }
  return wanted;
}

/// What may never change of an object of this kind while it stays.
bool HasFixedFieldsOf(const json& live, const json& wanted) {
  const auto policy = [](const json& workload) {
    const std::string said = kube::StringAt(workload, "/spec/podManagementPolicy");
    return said.empty() ? "OrderedReady" : said;
  };
  return policy(live) == policy(wanted);
}

}  // namespace

json OwnLabels(const DevSession& session) {
  return {{devsession::kSessionLabel, session.name}, {"app.kubernetes.io/managed-by", "hawser"}};
}

json OwnObject(const kube::Resource& resource, const Observed& observed) {
  const DevSession& session = observed.session;
  json object = kube::MakeObject(resource, {session.ns, devsession::CloneName(session.name)});
  object["metadata"]["labels"] = OwnLabels(session);
  object["metadata"]["ownerReferences"] =
      json::array({kube::MakeControllerReference(*observed.object)});
  return object;
}

bool Owns(const DevSession& session, const Workload& object) {
  const std::optional<kube::OwnerReference> owner = kube::ControllerOf(*object.object);
  return owner && owner->uid == session.uid;
}

const Workload* FindOwn(const Observed& observed, const kube::Resource& resource,
                        const kube::ObjectKey& key) {
  for (const Workload& live : observed.own) {
    if (live.resource == resource && kube::KeyOf(*live.object) == key) return &live;
  }
  return nullptr;
}

ObjectApply MakeOwnApply(const kube::Resource& resource, json object) {
  object["metadata"]["annotations"][kAppliedAnnotation] = Sha256(object.dump()).ToHex();
  const kube::ObjectKey key = kube::KeyOf(object);
  return {resource, key, std::move(object)};
}

bool IsOwnApplied(const Observed& observed, const ObjectApply& wanted) {
  const Workload* live = FindOwn(observed, wanted.resource, wanted.key);
  return live != nullptr && Covers(*live->object, WithoutAmounts(wanted.object));
}

void LockToSeen(const Observed& observed, ObjectApply& apply) {
  const Workload* live = FindOwn(observed, apply.resource, apply.key);
  if (live == nullptr) return;
  apply.object["metadata"]["resourceVersion"] = kube::ResourceVersionOf(*live->object);
}

std::optional<Refusal> RefuseNames(const Observed& observed,
                                   const std::vector<ObjectApply>& wanted) {
  for (const ObjectApply& apply : wanted) {
    const Workload* live = FindOwn(observed, apply.resource, apply.key);
    if (live == nullptr || Owns(observed.session, *live)) continue;
    return Refusal{reason::kNameTaken,
                   apply.resource.kind + " " + apply.key.name +
                       " exists and does not belong to this session; delete or rename it"};
  }
  return std::nullopt;
}

void DeleteOthers(const Observed& observed, const std::vector<ObjectApply>& wanted, Plan& plan) {
  for (const Workload& live : observed.own) {
    if (live.resource == kube::resources::kIngresses) continue;
    if (!Owns(observed.session, live) || kube::IsDeleting(*live.object)) continue;
    const bool stays = std::any_of(wanted.begin(), wanted.end(), [&](const ObjectApply& apply) {
      return apply.resource == live.resource && apply.key == kube::KeyOf(*live.object) &&
             HasFixedFieldsOf(*live.object, apply.object);
    });
    if (!stays) plan.deletes.push_back(live);
  }
}

}  // namespace hawser::controller
