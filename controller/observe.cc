// Observation of one session: its target, injected workloads, pods, rivals, keys and image.
#include "controller/observe.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/keys.h"
#include "controller/plan/admission.h"
#include "controller/plan/contest.h"
#include "controller/plan/expose.h"
#include "controller/plan/idle.h"
#include "controller/plan/limits.h"
#include "controller/plan/original.h"
#include "controller/plan/plan.h"
#include "controller/plan/pods.h"
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

/// True for a copy that mode Clone made, of whatever session.
bool IsClone(const json& workload) {
  const std::optional<kube::OwnerReference> owner = kube::ControllerOf(workload);
  return owner && owner->kind == devsession::kKind;
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
  for (const kube::Resource& resource : kTargetResources) {
    for (kube::ObjectPtr& object : caches.InjectedBy(resource, {session.ns, session.name})) {
      injected.push_back({resource, std::move(object)});
    }
  }
  return injected;
}

}  // namespace

Observer::Observer(const Caches& caches, KeyMemory& keys, kube::Api& api, ImageCommands& images,
                   const Clock& clock)
    : caches_(caches), keys_(keys), api_(api), images_(images), clock_(clock) {}

Result<std::optional<Observed>> Observer::Observe(const kube::ObjectKey& key) {
  const kube::ObjectPtr object = caches_.sessions.Get(key);
  if (object == nullptr) {
    activity_.Forget(key);
    return ObserveRemains(key);
  }
  Observed observed = StartFrom(object);
  observed.injected = InjectedWorkloads(caches_, observed.session);
  if (observed.session.deleting) {
    HAWSER_RETURN_IF_ERROR(ReadForDeletion(observed));
  } else if (observed.spec_error.ok()) {
    HAWSER_RETURN_IF_ERROR(ReadForWork(observed));
  }
  return std::optional<Observed>(std::move(observed));
}

/// An injection outlives its session when that was deleted by force, or right after it moved on
/// from a target. That it is gone is asked of the server: the caches may be of different times.
Result<std::optional<Observed>> Observer::ObserveRemains(const kube::ObjectKey& key) {
  Observed remains;
  remains.session.ns = key.ns;
  remains.session.name = key.name;
  remains.session.deleting = true;
  remains.injected = InjectedWorkloads(caches_, remains.session);
  if (remains.injected.empty()) return std::optional<Observed>();
  const Result<json> session = api_.Get(kDevSessions, key);
  if (session.ok()) return UnavailableError("session " + key.name + " is not in the cache yet");
  if (session.status().code() != Code::kNotFound) return session.status();
  remains.object = std::make_shared<const json>(kube::MakeObject(kDevSessions, key));
  return std::optional<Observed>(std::move(remains));
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
  if (fresh.ok() && InjectedBy(*fresh) == observed.session.name && !IsClone(*fresh)) {
    observed.injected.push_back(
        {*resource, std::make_shared<const json>(std::move(fresh).value())});
  }
  return OkStatus();
}

Status Observer::ReadForWork(Observed& observed) {
  const DevSession& session = observed.session;
  observed.pods = caches_.PodsOf({session.ns, session.name});
  ReadPolicies(observed);
  if (IdleOf(observed)) observed.active_at = activity_.Look(session, clock_.WallNow());
  HAWSER_RETURN_IF_ERROR(ReadOwn(observed));
  const kube::Resource* resource = TargetResource(session.spec.target.kind);
  if (resource != nullptr) HAWSER_RETURN_IF_ERROR(ReadTarget(*resource, observed));
  if (!observed.target || RefuseByPolicy(observed)) return OkStatus();
  HAWSER_ASSIGN_OR_RETURN(observed.keys, KeysOf(observed));
  AskRegistry(observed);
  return OkStatus();
}

/// From memory, unless a pod is not ready: it, or its agent, may be waiting for the Secret. Before
/// a session's first work there is none to read; one that lies there all the same shows when ours
/// is made, and after that the finalizer is there.
Result<KeysState> Observer::KeysOf(const Observed& observed) {
  const DevSession& session = observed.session;
  const bool begun = kube::HasFinalizer(*observed.object, devsession::kFinalizer);
  if (!begun && session.spec.mode != "Clone") return KeysState{};
  const kube::ObjectKey key{session.ns, session.name};
  const auto ready = [](const kube::ObjectPtr& pod) { return IsReady(*pod); };
  if (std::all_of(observed.pods.begin(), observed.pods.end(), ready)) {
    if (auto known = keys_.Find(key, session.uid, clock_.WallNow())) return *known;
  }
  HAWSER_ASSIGN_OR_RETURN(KeysState state, ReadKeys(api_, session));
  keys_.Remember(key, session.uid, state, clock_.WallNow());
  return state;
}

/// The target comes from the cache; but whether somebody took the injection out, or scaled up what
/// sleeps, is asked of the server: the cache may show what was before.
Status Observer::ReadTarget(const kube::Resource& resource, Observed& observed) {
  const kube::ObjectKey key{observed.session.ns, observed.session.spec.target.name};
  kube::ObjectPtr target = caches_.Workloads(resource).Get(key);
  if (target == nullptr) return OkStatus();
  observed.target = Workload{resource, std::move(target)};
  const bool in_place = observed.session.spec.mode != "Clone";
  if (IsUndone(observed) || (in_place && IsScaledUpInSleep(observed))) {
    Result<json> fresh = api_.Get(resource, key);
    if (!fresh.ok()) return fresh.status().Annotate("reading " + resource.kind + " " + key.name);
    observed.target->object = std::make_shared<const json>(std::move(fresh).value());
  }
  ReadRivals(observed);
  return OkStatus();
}

/// What the session owns, and what stands under the names it takes.
Status Observer::ReadOwn(Observed& observed) {
  const DevSession& session = observed.session;
  const bool copy = session.spec.mode == "Clone";
  const std::string name = copy ? devsession::CloneName(session.name) : std::string();
  for (const kube::Resource& resource : kTargetResources) {
    for (kube::ObjectPtr& object :
         OwnedOrNamed(caches_.Workloads(resource), session.ns, session.uid, name)) {
      observed.own.push_back({resource, std::move(object)});
    }
  }
  if (copy && IsScaledUpInSleep(observed)) HAWSER_RETURN_IF_ERROR(ReadCopyAnew(observed));
  const bool served = copy || !session.spec.ports.empty();
  HAWSER_RETURN_IF_ERROR(ReadOwnOf(kube::resources::kServices, caches_.services, served, observed));
  return ReadExposure(observed);
}

/// A Service without our label is in no cache, and a cache may be late: so what the name stands for
/// is asked for before it is taken.
Status Observer::ReadOwnOf(const kube::Resource& resource, const kube::Cache& cache, bool wanted,
                           Observed& observed) {
  const DevSession& session = observed.session;
  const std::string name = wanted ? devsession::CloneName(session.name) : std::string();
  const std::vector<kube::ObjectPtr> found = OwnedOrNamed(cache, session.ns, session.uid, name);
  for (const kube::ObjectPtr& object : found) observed.own.push_back({resource, object});
  if (!wanted || !found.empty()) return OkStatus();
  Result<json> object = api_.Get(resource, {session.ns, name});
  if (object.ok()) {
    observed.own.push_back({resource, std::make_shared<const json>(std::move(object).value())});
    return OkStatus();
  }
  return object.status().code() == Code::kNotFound ? OkStatus() : object.status();
}

/// The session's Ingress, and those of others for the same host.
Status Observer::ReadExposure(Observed& observed) {
  const DevSession& session = observed.session;
  const bool wanted = session.spec.expose.has_value();
  HAWSER_RETURN_IF_ERROR(
      ReadOwnOf(kube::resources::kIngresses, caches_.ingresses, wanted, observed));
  if (!wanted) return OkStatus();
  const kube::ObjectKey own{session.ns, devsession::CloneName(session.name)};
  for (kube::ObjectPtr& ingress : caches_.IngressesFor(HostOf(*observed.object))) {
    if (kube::KeyOf(*ingress) != own) observed.same_host.push_back(std::move(ingress));
  }
  return OkStatus();
}

/// The cache may show a copy as it was before it was put to sleep.
Status Observer::ReadCopyAnew(Observed& observed) {
  std::vector<Workload> own;
  for (Workload& workload : observed.own) {
    Result<json> fresh = api_.Get(workload.resource, kube::KeyOf(*workload.object));
    if (fresh.status().code() == Code::kNotFound) continue;
    if (!fresh.ok()) return fresh.status().Annotate("reading the session's copy");
    own.push_back({workload.resource, std::make_shared<const json>(std::move(fresh).value())});
  }
  observed.own = std::move(own);
  return OkStatus();
}

void Observer::ReadPolicies(Observed& observed) const {
  observed.policies = caches_.PoliciesOf(observed.session.ns);
  size_t most = 0;
  size_t most_of_owner = 0;
  for (const devsession::Policy& policy : observed.policies) {
    most = std::max<size_t>(most, policy.max_sessions.value_or(0));
    most_of_owner = std::max<size_t>(most_of_owner, policy.max_sessions_per_owner.value_or(0));
  }
  if (most > 0) observed.ahead.in_all = caches_.CountAhead(*observed.object, most);
  if (most_of_owner > 0) {
    observed.ahead.of_owner = caches_.CountAheadOfOwner(*observed.object, most_of_owner);
  }
}

void Observer::ReadRivals(Observed& observed) const {
  const DevSession& session = observed.session;
  const devsession::Target& target = session.spec.target;
  for (const kube::ObjectPtr& object : caches_.SessionsOn(session.ns, target.kind, target.name)) {
    if (kube::NameOf(*object) == session.name) continue;
    Result<DevSession> other = devsession::ParseDevSession(*object);
    if (other.ok()) observed.rivals.push_back(std::move(other).value());
  }
}

void Observer::AskRegistry(Observed& observed) {
  const std::optional<std::string> image = ImageToAsk(observed);
  if (!image) return;
  const DevSession& session = observed.session;
  Result<std::optional<ImageCommand>> command = images_.Find(*image, {session.ns, session.name});
  if (!command.ok()) {
    observed.image_error = command.status();
    return;
  }
  observed.image_command = std::move(command).value();
  observed.image_asked = !observed.image_command.has_value();
}

}  // namespace hawser::controller
