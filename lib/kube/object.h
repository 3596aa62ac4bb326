// Reading and making Kubernetes objects: the metadata that every one of them has.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "lib/kube/api.h"

namespace hawser::kube {

/// What a field at a JSON pointer ("/spec/replicas") holds, or null when any step of the way is
/// absent. The result lives as long as `object`.
const nlohmann::json* Find(const nlohmann::json& object, std::string_view pointer);

/// The string at a JSON pointer, or "" when it is absent or no string.
std::string StringAt(const nlohmann::json& object, std::string_view pointer);

/// The integer at a JSON pointer, or `fallback`.
int64_t IntegerAt(const nlohmann::json& object, std::string_view pointer, int64_t fallback = 0);

/// Metadata of an object; each is empty (or 0) where the object does not say.
ObjectKey KeyOf(const nlohmann::json& object);
std::string NameOf(const nlohmann::json& object);
std::string NamespaceOf(const nlohmann::json& object);
std::string UidOf(const nlohmann::json& object);
std::string ResourceVersionOf(const nlohmann::json& object);
int64_t GenerationOf(const nlohmann::json& object);
std::string LabelOf(const nlohmann::json& object, const std::string& label);
std::string AnnotationOf(const nlohmann::json& object, const std::string& annotation);

/// True once deletion was asked for; the object then lives only until its finalizers are removed.
bool IsDeleting(const nlohmann::json& object);
bool HasFinalizer(const nlohmann::json& object, std::string_view finalizer);

/// "v1" or "apps/v1".
std::string ApiVersionOf(const Resource& resource);

/// An object with nothing but its type and its name.
nlohmann::json MakeObject(const Resource& resource, const ObjectKey& key);

/// RFC 3339 with microseconds, as Kubernetes' MicroTime is written.
std::string MicroTime(WallTime time);

/// Who made an object and keeps it.
struct OwnerReference {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool operator==(const OwnerReference&) const = default;
};

/// The owner marked `controller: true`, if there is one.
std::optional<OwnerReference> ControllerOf(const nlohmann::json& object);

/// The owner reference that makes `owner` (an object read from the server) the controller of
/// another object, and holds the owner's deletion in the foreground until that one is gone.
nlohmann::json MakeControllerReference(const nlohmann::json& owner);

}  // namespace hawser::kube
