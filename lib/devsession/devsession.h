// The DevSession resource as values: its names, and what a person asks for.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/devsession/life.h"
#include "lib/devsession/preview_host.h"
#include "lib/devsession/session_status.h"

namespace hawser::devsession {

inline constexpr char kGroup[] = "hawser.dev";
inline constexpr char kVersion[] = "v1alpha1";
inline constexpr char kKind[] = "DevSession";
inline constexpr char kPlural[] = "devsessions";
inline constexpr char kApiVersion[] = "hawser.dev/v1alpha1";
inline constexpr char kFinalizer[] = "hawser.dev/restore";
/// Label on target pods (and their template) naming the session they serve.
inline constexpr char kSessionLabel[] = "hawser.dev/session";
/// Label by which the workload and the Service of a clone select its pods.
inline constexpr char kCloneLabel[] = "hawser.dev/clone";
/// The TCP port every agent listens on inside its pod.
inline constexpr uint16_t kAgentPort = 40100;
/// Keys of the session's Secret.
inline constexpr char kSecretCa[] = "ca.crt";
inline constexpr char kSecretAgentCert[] = "agent.crt";
inline constexpr char kSecretAgentKey[] = "agent.key";
inline constexpr char kSecretClientCert[] = "client.crt";
inline constexpr char kSecretClientKey[] = "client.key";

/// The name of the Secret that holds a session's keys.
std::string SecretName(const std::string& session);

/// The name of a session's own workload and Service in mode Clone: at most 52 bytes of lower-case
/// letters, digits and hyphens, as a StatefulSet's labels need. Long names end in a digest.
std::string CloneName(const std::string& session);

struct Target {
  std::string kind = "Deployment";
  std::string name;
  std::string container;             ///< empty: the only container
  std::vector<std::string> command;  ///< entrypoint to use when neither pod spec nor image tells it
  bool operator==(const Target&) const = default;
};

struct SyncRule {
  std::string from;  ///< relative to the workspace
  std::string to;    ///< absolute in the container
  std::vector<std::string> ignore;
  bool delete_extraneous = false;
  bool gitignore = false;         ///< what git ignores is not synced either
  std::vector<std::string> pull;  ///< globs below `from`: what the pod changes comes back
  bool operator==(const SyncRule&) const = default;
};

struct Step {
  std::vector<std::string> run;
  std::vector<std::string> on;
  Duration timeout = std::chrono::minutes(5);
  bool operator==(const Step&) const = default;
};

struct Restart {
  std::string policy = "Process";
  std::string signal = "TERM";
  Duration grace = std::chrono::seconds(10);
  std::vector<std::string> on;
  std::string request;  ///< each new value asks for one restart
  bool operator==(const Restart&) const = default;
};

struct Port {
  std::string name;
  uint16_t container = 0;
  uint16_t local = 0;
  bool operator==(const Port&) const = default;
};

struct EnvVar {
  std::string name;
  std::string value;
  bool operator==(const EnvVar&) const = default;
};

/// Amounts by resource name, as Kubernetes writes them ("500m", "1Gi").
struct Resources {
  std::map<std::string, std::string> requests;
  std::map<std::string, std::string> limits;
  bool operator==(const Resources&) const = default;
};

/// What a session's own copy has instead of the workload's; for the target container.
struct Clone {
  uint32_t replicas = 1;
  std::vector<EnvVar> env;
  std::optional<Resources> resources;
  bool operator==(const Clone&) const = default;
};

struct Spec {
  std::string owner;
  Target target;
  std::string mode = "InPlace";
  Clone clone;  ///< meant for mode Clone
  std::vector<SyncRule> sync;
  std::vector<Step> steps;
  Restart restart;
  std::vector<std::string> rebuild_on;
  std::string start = "WaitForSync";
  std::vector<Port> ports;
  std::optional<Expose> expose;
  std::optional<Duration> ttl;  ///< from the session's creation on
  std::optional<Idle> idle;
  std::string build_image;  ///< where a build's image goes; empty without a build
  /// The fields of the object that this version accepts but does not act on ("build", ...).
  std::vector<std::string> not_acted_on;
  bool operator==(const Spec&) const = default;
};

struct DevSession {
  std::string name;
  std::string ns;
  std::string uid;
  int64_t generation = 0;
  std::string resource_version;
  std::string created;  ///< creationTimestamp, as Kubernetes writes times
  bool deleting = false;
  std::vector<std::string> finalizers;
  std::map<std::string, std::string> annotations;
  Spec spec;
  SessionStatus status;
  bool operator==(const DevSession&) const = default;
};

/// Reads an object as the API server returns it. invalid_argument names the field
/// ("spec.sync[0].to: ...").
Result<DevSession> ParseDevSession(const nlohmann::json& object);

/// Reads metadata alone: what is left to work with when the spec is invalid. `spec` and `status`
/// stay default. Fields that are absent or of another type stay default too.
DevSession ParseMetadata(const nlohmann::json& object);

}  // namespace hawser::devsession
