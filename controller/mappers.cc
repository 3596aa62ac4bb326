// Watch events to session keys.
#include "controller/mappers.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "controller/caches.h"
#include "controller/plan/expose.h"
#include "controller/plan/original.h"
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

}  // namespace

kube::KeyMapper MapSession(const kube::Cache& sessions) {
  return [&sessions](const kube::Change& change) {
    std::set<kube::ObjectKey> keys = {change.key};
    for (const kube::ObjectPtr& side : {change.before, change.after}) {
      if (side != nullptr) AddSessionsOn(sessions, change.key.ns, TargetOf(*side), keys);
    }
    return std::vector<kube::ObjectKey>(keys.begin(), keys.end());
  };
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
