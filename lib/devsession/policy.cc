// Reads DevPolicies, and writes what is reported of them.
#include "lib/devsession/policy.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/devsession/devsession.h"
#include "lib/devsession/parse.h"
#include "lib/kube/object.h"

namespace hawser::devsession {

namespace {

using nlohmann::json;

void ReadCount(const FieldReader& spec, const char* name, std::optional<uint32_t>& out) {
  if (!spec.Has(name)) return;
  uint32_t count = 0;
  spec.Read(name, count);
  out = count;
}

void ReadSelector(const json& object, const FieldReader& spec, kube::LabelSelector& out) {
  const json* selector = kube::Find(object, "/spec/allowedTargetLabels");
  if (selector == nullptr) return;
  Result<kube::LabelSelector> read = kube::ReadLabelSelector(*selector);
  if (!read.ok()) return spec.Fail("allowedTargetLabels", read.status().message());
  out = std::move(*read);
}

}  // namespace

Result<Policy> ParsePolicy(const json& object) {
  Status error;
  const FieldReader root(&object, "", error);
  root.Require("spec");
  const FieldReader spec = root.Object("spec");
  Policy policy;
  policy.name = kube::NameOf(object);
  policy.ns = kube::NamespaceOf(object);
  policy.generation = kube::GenerationOf(object);
  ReadCount(spec, "maxSessions", policy.max_sessions);
  ReadCount(spec, "maxSessionsPerOwner", policy.max_sessions_per_owner);
  ReadSpan(spec, "defaultTTL", policy.default_ttl);
  ReadSpan(spec, "maxTTL", policy.max_ttl);
  ReadIdle(spec, "defaultIdle", policy.default_idle);
  ReadSelector(object, spec, policy.allowed_target_labels);
  spec.Read("allowedRegistries", policy.allowed_registries);
  if (!error.ok()) return error;
  return policy;
}

PolicyStatus ParsePolicyStatus(const json& object) {
  Status ignored;
  const FieldReader reader(kube::Find(object, "/status"), "status", ignored);
  PolicyStatus status;
  reader.Read("observedGeneration", status.observed_generation);
  reader.Read("sessions", status.sessions);
  reader.Read("refused", status.refused);
  reader.ForEach("conditions", [&](const FieldReader& item) {
    status.conditions.push_back(ReadCondition(item));
  });
  return status;
}

json PolicyStatusToJson(const PolicyStatus& status) {
  json out = {{"observedGeneration", status.observed_generation},
              {"sessions", status.sessions},
              {"refused", status.refused},
              {"conditions", json::array()}};
  for (const Condition& condition : status.conditions) {
    out["conditions"].push_back(ConditionToJson(condition));
  }
  return out;
}

bool AllowsImage(const Policy& policy, const std::string& registry, const std::string& repository) {
  if (policy.allowed_registries.empty()) return true;
  const std::string place = registry + "/" + repository;
  return std::any_of(policy.allowed_registries.begin(), policy.allowed_registries.end(),
                     [&](const std::string& allowed) {
                       return place == allowed || place.starts_with(allowed + "/");
                     });
}

}  // namespace hawser::devsession
