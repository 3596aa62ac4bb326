// Observation of one session: its target, injected workloads, pods, rivals, keys and image.
#include "controller/observe.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/keys.h"
#include "controller/plan/original.h"
#include "controller/plan/plan.h"
#include "controller/resources.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;
using nlohmann::json;

const kube::Resource* TargetResource(const std::string& kind) {
  for (const kube::Resource& resource : kTargetResources) {
    if (resource.kind == kind) return &resource;
  }
  return nullptr;
}

bool NamesSameTarget(const DevSession& a, const DevSession& b) {
  return a.spec.target.kind == b.spec.target.kind && a.spec.target.name == b.spec.target.name;
}

Observed StartFrom(const kube::ObjectPtr& object) {
  Observed observed;
  observed.object = object;
  Result<DevSession> session = devsession::ParseDevSession(*object);
  observed.spec_error = session.status();
  observed.session = session.ok() ? std::move(session).value() : devsession::ParseMetadata(*object);
  return observed;
}

std::vector<Workload> InjectedWorkloads(const Caches& caches, const DevSession& session) {
  std::vector<Workload> injected;
  const auto ours = [&](const json& workload) { return InjectedBy(workload) == session.name; };
  for (const kube::Resource& resource : kTargetResources) {
    for (const kube::ObjectPtr& object : caches.Workloads(resource).List(session.ns, ours)) {
      injected.push_back({resource, object});
    }
  }
  return injected;
}

}  // namespace

kube::Cache& Caches::Workloads(const kube::Resource& resource) {
  if (resource == kube::resources::kStatefulSets) return stateful_sets;
  return resource == kube::resources::kDaemonSets ? daemon_sets : deployments;
}

const kube::Cache& Caches::Workloads(const kube::Resource& resource) const {
  return const_cast<Caches*>(this)->Workloads(resource);
}

Observer::Observer(const Caches& caches, kube::Api& api, ImageCommandSource& images)
    : caches_(caches), api_(api), images_(images) {}

Result<std::optional<Observed>> Observer::Observe(const kube::ObjectKey& key) {
  const kube::ObjectPtr object = caches_.sessions.Get(key);
  if (object == nullptr) return std::optional<Observed>();
  Observed observed = StartFrom(object);
  observed.injected = InjectedWorkloads(caches_, observed.session);
  if (observed.session.deleting) {
    HAWSER_RETURN_IF_ERROR(ReadForDeletion(observed));
  } else if (observed.spec_error.ok()) {
    HAWSER_RETURN_IF_ERROR(ReadForWork(observed));
  }
  return std::optional<Observed>(std::move(observed));
}

/// The cache may not show an injection that was just made; a session that goes without undoing it
/// would leave it there for ever. So the target is read from the server.
Status Observer::ReadForDeletion(Observed& observed) {
  const kube::Resource* resource = TargetResource(observed.session.spec.target.kind);
  const kube::ObjectKey key{observed.session.ns, observed.session.spec.target.name};
  if (resource == nullptr || key.name.empty()) return OkStatus();
  Result<json> fresh = api_.Get(*resource, key);
  if (!fresh.ok() && fresh.status().code() != Code::kNotFound) return fresh.status();
  std::erase_if(observed.injected, [&](const Workload& workload) {
    return workload.resource == *resource && kube::KeyOf(*workload.object) == key;
  });
  if (fresh.ok() && InjectedBy(*fresh) == observed.session.name) {
    observed.injected.push_back(
        {*resource, std::make_shared<const json>(std::move(fresh).value())});
  }
  return OkStatus();
}

Status Observer::ReadForWork(Observed& observed) {
  const DevSession& session = observed.session;
  const kube::Resource* resource = TargetResource(session.spec.target.kind);
  const kube::ObjectKey key{session.ns, session.spec.target.name};
  kube::ObjectPtr target = caches_.Workloads(*resource).Get(key);
  observed.pods = caches_.pods.List(session.ns, [&](const json& pod) {
    return kube::LabelOf(pod, devsession::kSessionLabel) == session.name;
  });
  if (target == nullptr) return OkStatus();
  observed.target = Workload{*resource, std::move(target)};
  ReadRivals(observed);
  HAWSER_ASSIGN_OR_RETURN(observed.keys, ReadKeys(api_, session));
  AskRegistry(observed);
  return OkStatus();
}

void Observer::ReadRivals(Observed& observed) const {
  for (const kube::ObjectPtr& object : caches_.sessions.List(observed.session.ns)) {
    Result<DevSession> other = devsession::ParseDevSession(*object);
    if (!other.ok() || other->name == observed.session.name) continue;
    if (NamesSameTarget(*other, observed.session)) {
      observed.rivals.push_back(std::move(other).value());
    }
  }
}

void Observer::AskRegistry(Observed& observed) {
  const std::optional<std::string> image = ImageToAsk(observed);
  if (!image) return;
  Result<ImageCommand> command = images_.Lookup(*image);
  if (command.ok()) {
    observed.image_command = std::move(command).value();
  } else {
    observed.image_error = command.status();
  }
}

}  // namespace hawser::controller
