// The DevPolicy resource as values: what a namespace's sessions may do and use.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/devsession/life.h"
#include "lib/devsession/session_status.h"
#include "lib/kube/selector.h"

namespace hawser::devsession {

inline constexpr char kPolicyKind[] = "DevPolicy";
inline constexpr char kPolicyPlural[] = "devpolicies";

/// What is left out is not limited.
struct Policy {
  std::string name;
  std::string ns;
  int64_t generation = 0;
  std::optional<uint32_t> max_sessions;
  std::optional<uint32_t> max_sessions_per_owner;
  std::optional<Duration> default_ttl;
  std::optional<Duration> max_ttl;
  std::optional<Idle> default_idle;
  kube::LabelSelector allowed_target_labels;    ///< empty: every target
  std::vector<std::string> allowed_registries;  ///< none: every registry
  bool operator==(const Policy&) const = default;
};

/// What the controller reports about a policy.
struct PolicyStatus {
  int64_t observed_generation = 0;
  uint64_t sessions = 0;
  uint64_t refused = 0;
  std::vector<Condition> conditions;
  bool operator==(const PolicyStatus&) const = default;
};

/// Reads an object as the API server returns it. invalid_argument names the field
/// ("spec.maxTTL: ...").
Result<Policy> ParsePolicy(const nlohmann::json& object);

/// Reads the status, as far as it can be read.
PolicyStatus ParsePolicyStatus(const nlohmann::json& object);

/// The status as the API takes it.
nlohmann::json PolicyStatusToJson(const PolicyStatus& status);

/// True when `policy` lets images come from that repository of that registry ("docker.io",
/// "library/api").
bool AllowsImage(const Policy& policy, const std::string& registry, const std::string& repository);

}  // namespace hawser::devsession
