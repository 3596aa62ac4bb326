// The Kubernetes API as an interface: objects in and out, watches, no caching.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace hawser::kube {

/// A resource type: where its objects live in the API.
struct Resource {
  std::string group;    ///< empty for the core group
  std::string version;  ///< "v1"
  std::string plural;   ///< "pods"
  std::string kind;     ///< "Pod"
  bool namespaced = true;
  auto operator<=>(const Resource&) const = default;
};

namespace resources {
inline const Resource kPods{"", "v1", "pods", "Pod"};
inline const Resource kSecrets{"", "v1", "secrets", "Secret"};
inline const Resource kServices{"", "v1", "services", "Service"};
inline const Resource kIngresses{"networking.k8s.io", "v1", "ingresses", "Ingress"};
inline const Resource kConfigMaps{"", "v1", "configmaps", "ConfigMap"};
inline const Resource kNamespaces{"", "v1", "namespaces", "Namespace", false};
inline const Resource kEvents{"events.k8s.io", "v1", "events", "Event"};
inline const Resource kDeployments{"apps", "v1", "deployments", "Deployment"};
inline const Resource kStatefulSets{"apps", "v1", "statefulsets", "StatefulSet"};
inline const Resource kDaemonSets{"apps", "v1", "daemonsets", "DaemonSet"};
inline const Resource kLeases{"coordination.k8s.io", "v1", "leases", "Lease"};
inline const Resource kSelfSubjectAccessReviews{
    "authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false};
inline const Resource kCustomResourceDefinitions{
    "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false};
}  // namespace resources

/// Names one object of a resource type.
struct ObjectKey {
  std::string ns;  ///< empty for cluster-wide objects
  std::string name;
  auto operator<=>(const ObjectKey&) const = default;
  std::string ToString() const { return ns.empty() ? name : ns + "/" + name; }
};

struct ListOptions {
  std::string ns;  ///< empty: all namespaces
  std::string label_selector;
  std::string field_selector;
};

/// Every object matching, and the resourceVersion to watch from.
struct ObjectList {
  std::vector<nlohmann::json> items;
  std::string resource_version;
};

/// What must hold for an object to be deleted.
struct DeleteOptions {
  std::string resource_version;  ///< the one it still has, else aborted; empty: any
};

enum class PatchType { kMerge, kJson, kStrategicMerge };

struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark };
  Type type = Type::kAdded;
  std::shared_ptr<const nlohmann::json> object;
};

/// Calls to one API server as one user. Thread-safe; every call blocks. Codes: not_found,
/// already_exists, aborted (conflict), permission_denied, unauthenticated, invalid_argument (422,
/// with the server's field messages), resource_exhausted (429), unavailable (5xx or unreachable),
/// out_of_range (410). Messages are the server's own, bounded.
class Api {
 public:
  virtual ~Api() = default;

  virtual Result<nlohmann::json> Get(const Resource& resource, const ObjectKey& key) = 0;
  /// Pages through in pieces of 500.
  virtual Result<ObjectList> List(const Resource& resource, const ListOptions& options) = 0;
  virtual Result<nlohmann::json> Create(const Resource& resource, const std::string& ns,
                                        const nlohmann::json& object) = 0;
  virtual Status Delete(const Resource& resource, const ObjectKey& key,
                        const DeleteOptions& options) = 0;
  Status Delete(const Resource& resource, const ObjectKey& key) {
    return Delete(resource, key, {});
  }
  /// Server-side apply with `manager` as field manager; `force` takes fields from other managers.
  /// `subresource` is empty or "status".
  virtual Result<nlohmann::json> Apply(const Resource& resource, const ObjectKey& key,
                                       const nlohmann::json& object, const std::string& manager,
                                       bool force, const std::string& subresource) = 0;
  virtual Result<nlohmann::json> Patch(const Resource& resource, const ObjectKey& key,
                                       PatchType type, const nlohmann::json& patch,
                                       const std::string& subresource) = 0;
  /// Hands events to `sink` until the server ends the watch (ok), `stop` (cancelled) or a failure;
  /// out_of_range means `resource_version` is too old: list again.
  virtual Status Watch(const Resource& resource, const ListOptions& options,
                       const std::string& resource_version,
                       const std::function<Status(WatchEvent)>& sink, std::stop_token stop) = 0;
  /// A GET of any path ("/version", "/readyz"), answered as text.
  virtual Result<std::string> GetRaw(const std::string& path) = 0;
};

}  // namespace hawser::kube
