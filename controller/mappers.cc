// Watch events to session keys.
#include "controller/mappers.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "controller/caches.h"
#include "controller/plan/admission.h"
#include "controller/plan/expose.h"
#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/mapping.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

/// The type and name of a session's target, as the API server defaulted them.
std::pair<std::string, std::string> TargetOf(const json& session) {
  return {kube::StringAt(session, "/spec/target/kind"),
          kube::StringAt(session, "/spec/target/name")};
}

void AddSessionsOn(const kube::Cache& sessions, const std::string& ns,
                   const std::pair<std::string, std::string>& target,
                   std::set<kube::ObjectKey>& keys) {
  for (kube::ObjectKey& key : KeysOfSessionsOn(sessions, ns, target.first, target.second)) {
    keys.insert(std::move(key));
  }
}

/// What of a status the controller answers to.
json ReportsIn(const json& session) {
  json reports = json::array();
  for (const char* field : {"/status/restarts", "/status/directRestarts", "/status/lastSync"}) {
    const json* found = kube::Find(session, field);
    reports.push_back(found == nullptr ? json() : *found);
  }
  const json* pods = kube::Find(session, "/status/pods");
  if (pods == nullptr || !pods->is_array()) return reports;
  for (const json& pod : *pods) {
    reports.push_back({kube::StringAt(pod, "/name"), kube::StringAt(pod, "/uid"),
                       kube::IntegerAt(pod, "/batch"), kube::StringAt(pod, "/treeDigest")});
  }
  return reports;
}

bool IsUnused(const json& session) {
  const json* conditions = kube::Find(session, "/status/conditions");
  if (conditions == nullptr) return false;
  for (const json& condition : *conditions) {
    if (kube::StringAt(condition, "/type") != devsession::kAwakeCondition) continue;
    const std::string why = kube::StringAt(condition, "/reason");
    return why == reason::kIdle || why == reason::kIdleSoon;
  }
  return false;
}

/// True when a command line told that an unused session is used.
bool WasUsedInSleep(const kube::Change& change) {
  if (!IsUnused(*change.after)) return false;
  for (const char* told : {"/status/lastActive", "/status/lastSync/time"}) {
    if (kube::StringAt(*change.before, told) != kube::StringAt(*change.after, told)) return true;
  }
  return false;
}

void AddRefused(const Caches& caches, const std::string& ns, std::set<kube::ObjectKey>& keys) {
  for (kube::ObjectKey& key : caches.Refused(ns)) keys.insert(std::move(key));
}

/// True for a session that is gone, or asks for something else.
bool MayLeaveItsPlace(const kube::Change& change) {
  if (change.before == nullptr) return false;
  return change.after == nullptr ||
         kube::GenerationOf(*change.before) != kube::GenerationOf(*change.after);
}

std::vector<kube::ObjectKey> Listed(const std::set<kube::ObjectKey>& keys) {
  return {keys.begin(), keys.end()};
}

/// Which sessions a change of nothing but the status concerns.
std::vector<kube::ObjectKey> MapStatus(const Caches& caches, const kube::Change& change) {
  std::set<kube::ObjectKey> keys;
  if (WasUsedInSleep(change)) keys.insert(change.key);
  if (ReportsIn(*change.before) != ReportsIn(*change.after)) keys.insert(change.key);
  const json& after = *change.after;
  if (IsRefused(*change.before) != IsRefused(after)) {
    AddSessionsOn(caches.sessions, change.key.ns, TargetOf(after), keys);
  }
  const Seat was = SeatClassOf(*change.before);
  const Seat is = SeatClassOf(after);
  if (is > was) AddRefused(caches, change.key.ns, keys);
  if (was == Seat::kRefused && is == Seat::kWaiting) keys.insert(change.key);
  return Listed(keys);
}

}  // namespace

kube::KeyMapper MapSession(const Caches& caches) {
  const auto changed = [&caches](const kube::Change& change) {
    std::set<kube::ObjectKey> keys = {change.key};
    for (const kube::ObjectPtr& side : {change.before, change.after}) {
      if (side != nullptr) AddSessionsOn(caches.sessions, change.key.ns, TargetOf(*side), keys);
    }
    if (MayLeaveItsPlace(change)) AddRefused(caches, change.key.ns, keys);
    return Listed(keys);
  };
  return [&caches, mapper = kube::UnlessOnlyStatusChanged(changed)](const kube::Change& change) {
    std::vector<kube::ObjectKey> keys = mapper(change);
    if (!keys.empty() || change.before == nullptr || change.after == nullptr) return keys;
    return MapStatus(caches, change);
  };
}

kube::KeyMapper MapPolicy(const Caches& caches) {
  return kube::UnlessOnlyStatusChanged(
      [&caches](const kube::Change& change) { return caches.sessions.KeysIn(change.key.ns); });
}

std::vector<kube::ObjectKey> PoliciesCounting(const Caches& caches, const kube::Change& session) {
  const bool both = session.before != nullptr && session.after != nullptr;
  if (both && IsRefused(*session.before) == IsRefused(*session.after)) return {};
  return caches.policies.KeysIn(session.key.ns);
}

kube::KeyMapper MapWorkload(const kube::Cache& sessions, const kube::Resource& resource) {
  return [&sessions, kind = resource.kind](const kube::Change& change) {
    std::set<kube::ObjectKey> keys;
    AddSessionsOn(sessions, change.key.ns, {kind, change.key.name}, keys);
    for (const kube::ObjectPtr& side : {change.before, change.after}) {
      const std::string session = side == nullptr ? std::string() : InjectedBy(*side);
      if (!session.empty()) keys.insert({change.key.ns, session});
    }
    return std::vector<kube::ObjectKey>(keys.begin(), keys.end());
  };
}

kube::KeyMapper MapIngress(const kube::Cache& sessions) {
  return [&sessions](const kube::Change& change) {
    std::set<kube::ObjectKey> keys;
    for (const kube::ObjectPtr& side : {change.before, change.after}) {
      if (side == nullptr) continue;
      std::string session = kube::LabelOf(*side, devsession::kSessionLabel);
      if (!session.empty()) keys.insert({change.key.ns, std::move(session)});
      for (const std::string& host : HostsIn(*side)) {
        for (kube::ObjectKey& key : KeysOfSessionsFor(sessions, host)) keys.insert(std::move(key));
      }
    }
    return std::vector<kube::ObjectKey>(keys.begin(), keys.end());
  };
}

}  // namespace hawser::controller
