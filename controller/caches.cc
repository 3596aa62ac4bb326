// The indexes, and the look-ups that use them.
#include "controller/caches.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "controller/plan/admission.h"
#include "controller/plan/expose.h"
#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

constexpr char kTarget[] = "target";
constexpr char kPhase[] = "phase";
constexpr char kRefused[] = "refused";
constexpr char kSeat[] = "seat";
constexpr char kInjection[] = "injection";
constexpr char kOwner[] = "owner";
constexpr char kSession[] = "session";
constexpr char kHost[] = "host";

std::string TargetValue(const std::string& kind, const std::string& name) {
  return kind + "/" + name;
}

/// What the places of a namespace, and of one owner there, begin with. Names hold no blank.
std::string SeatsIn(const json& session) {
  return "all " + kube::NamespaceOf(session) + " ";
}

std::string SeatsOfOwner(const json& session) {
  return "own " + kube::NamespaceOf(session) + " " + kube::StringAt(session, "/spec/owner") + " ";
}

std::vector<std::string> OwnerOf(const json& object) {
  const std::optional<kube::OwnerReference> owner = kube::ControllerOf(object);
  if (!owner) return {};
  return {owner->uid};
}

/// A copy that mode Clone made carries an agent, but nobody's injection.
std::vector<std::string> InjectionIn(const json& workload) {
  const std::optional<kube::OwnerReference> owner = kube::ControllerOf(workload);
  if (owner && owner->kind == devsession::kKind) return {};
  std::string session = InjectedBy(workload);
  if (session.empty()) return {};
  return {std::move(session)};
}

std::vector<kube::Index> SessionIndexes() {
  return {
      {kTarget,
       [](const json& session) {
         return std::vector{TargetValue(kube::StringAt(session, "/spec/target/kind"),
                                        kube::StringAt(session, "/spec/target/name"))};
       }},
      {kPhase,
       [](const json& session) { return std::vector{kube::StringAt(session, "/status/phase")}; }},
      {kHost,
       [](const json& session) {
         std::string host = HostOf(session);
         return host.empty() ? std::vector<std::string>() : std::vector{std::move(host)};
       }},
      {kRefused,
       [](const json& session) {
         return IsRefused(session) ? std::vector<std::string>{""} : std::vector<std::string>();
       }},
      {kSeat, [](const json& session) {
         const std::string seat = SeatOf(session);
         return std::vector{SeatsIn(session) + seat, SeatsOfOwner(session) + seat};
       }}};
}

std::vector<kube::Index> WorkloadIndexes() {
  return {{kInjection, InjectionIn}, {kOwner, OwnerOf}};
}

std::vector<kube::Index> PodIndexes() {
  return {{kSession, [](const json& pod) {
             return std::vector{kube::LabelOf(pod, devsession::kSessionLabel)};
           }}};
}

}  // namespace

Caches::Caches()
    : sessions(SessionIndexes()),
      deployments(WorkloadIndexes()),
      stateful_sets(WorkloadIndexes()),
      daemon_sets(WorkloadIndexes()),
      pods(PodIndexes()),
      services({{kOwner, OwnerOf}}),
      ingresses({{kOwner, OwnerOf}, {kHost, HostsIn}}) {}

kube::Cache& Caches::Workloads(const kube::Resource& resource) {
  if (resource == kube::resources::kStatefulSets) return stateful_sets;
  return resource == kube::resources::kDaemonSets ? daemon_sets : deployments;
}

const kube::Cache& Caches::Workloads(const kube::Resource& resource) const {
  return const_cast<Caches*>(this)->Workloads(resource);
}

std::vector<kube::ObjectPtr> Caches::SessionsOn(const std::string& ns, const std::string& kind,
                                                const std::string& name) const {
  return sessions.ListBy(kTarget, ns, TargetValue(kind, name));
}

std::vector<kube::ObjectPtr> Caches::InjectedBy(const kube::Resource& resource,
                                                const kube::ObjectKey& session) const {
  return Workloads(resource).ListBy(kInjection, session.ns, session.name);
}

std::vector<kube::ObjectPtr> Caches::PodsOf(const kube::ObjectKey& session) const {
  return pods.ListBy(kSession, session.ns, session.name);
}

std::vector<kube::ObjectPtr> Caches::IngressesFor(const std::string& host) const {
  return ingresses.ListBy(kHost, "", host);
}

std::vector<devsession::Policy> Caches::PoliciesOf(const std::string& ns) const {
  std::vector<devsession::Policy> found;
  for (const kube::ObjectPtr& object : policies.List(ns)) {
    Result<devsession::Policy> policy = devsession::ParsePolicy(*object);
    if (policy.ok()) found.push_back(std::move(*policy));
  }
  return found;
}

size_t Caches::CountAhead(const json& session, size_t limit) const {
  const std::string places = SeatsIn(session);
  return sessions.CountBefore(kSeat, places, places + SeatOf(session), limit);
}

size_t Caches::CountAheadOfOwner(const json& session, size_t limit) const {
  const std::string places = SeatsOfOwner(session);
  return sessions.CountBefore(kSeat, places, places + SeatOf(session), limit);
}

std::vector<kube::ObjectKey> Caches::Refused(const std::string& ns) const {
  return sessions.KeysBy(kRefused, ns, "");
}

size_t Caches::CountSessions(const std::string& ns) const {
  return sessions.CountIn(ns);
}

size_t Caches::CountRefused(const std::string& ns) const {
  return sessions.Count(kRefused, ns, "");
}

std::map<std::string, size_t> Caches::CountPhases() const {
  return sessions.CountBy(kPhase);
}

std::vector<kube::ObjectPtr> OwnedOrNamed(const kube::Cache& cache, const std::string& ns,
                                          const std::string& uid, const std::string& name) {
  std::vector<kube::ObjectPtr> found = cache.ListBy(kOwner, ns, uid);
  const auto has_name = [&](const kube::ObjectPtr& object) {
    return kube::NameOf(*object) == name;
  };
  if (name.empty() || std::any_of(found.begin(), found.end(), has_name)) return found;
  if (kube::ObjectPtr named = cache.Get({ns, name})) found.push_back(std::move(named));
  return found;
}

std::vector<kube::ObjectKey> KeysOfSessionsOn(const kube::Cache& sessions, const std::string& ns,
                                              const std::string& kind, const std::string& name) {
  return sessions.KeysBy(kTarget, ns, TargetValue(kind, name));
}

std::vector<kube::ObjectKey> KeysOfSessionsFor(const kube::Cache& sessions,
                                               const std::string& host) {
  return sessions.KeysBy(kHost, "", host);
}

}  // namespace hawser::controller
