// Reads and makes the parts that all Kubernetes objects share.
#include "lib/kube/object.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/base/text.h"

namespace hawser::kube {
namespace {

// One reference token of a JSON pointer (RFC 6901), unescaped.
std::string Unescape(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      out += token[++i] == '1' ? '/' : '~';
    } else {
      out += token[i];
    }
  }
  return out;
}

const nlohmann::json* Member(const nlohmann::json& value, std::string_view token) {
  if (value.is_object()) {
    const auto it = value.find(Unescape(token));
    return it == value.end() ? nullptr : &*it;
  }
  if (!value.is_array() || token.empty() || token.size() > 9) return nullptr;
  size_t index = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') return nullptr;
    index = index * 10 + static_cast<size_t>(c - '0');
  }
  return index < value.size() ? &value[index] : nullptr;
}

std::string EntryOf(const nlohmann::json& object, std::string_view map, const std::string& key) {
  const nlohmann::json* entries = Find(object, map);
  if (entries == nullptr || !entries->is_object()) return {};
  const auto it = entries->find(key);
  return it != entries->end() && it->is_string() ? it->get<std::string>() : std::string();
}

}  // namespace

const nlohmann::json* Find(const nlohmann::json& object, std::string_view pointer) {
  const nlohmann::json* at = &object;
  while (at != nullptr && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    at = Member(*at, token);
    pointer.remove_prefix(token.size());
  }
  return at;
}

std::string StringAt(const nlohmann::json& object, std::string_view pointer) {
  const nlohmann::json* value = Find(object, pointer);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

int64_t IntegerAt(const nlohmann::json& object, std::string_view pointer, int64_t fallback) {
  const nlohmann::json* value = Find(object, pointer);
  return value != nullptr && value->is_number_integer() ? value->get<int64_t>() : fallback;
}

ObjectKey KeyOf(const nlohmann::json& object) {
  return {NamespaceOf(object), NameOf(object)};
}

std::string NameOf(const nlohmann::json& object) {
  return StringAt(object, "/metadata/name");
}

std::string NamespaceOf(const nlohmann::json& object) {
  return StringAt(object, "/metadata/namespace");
}

std::string UidOf(const nlohmann::json& object) {
  return StringAt(object, "/metadata/uid");
}

std::string ResourceVersionOf(const nlohmann::json& object) {
  return StringAt(object, "/metadata/resourceVersion");
}

int64_t GenerationOf(const nlohmann::json& object) {
  return IntegerAt(object, "/metadata/generation");
}

std::string LabelOf(const nlohmann::json& object, const std::string& label) {
  return EntryOf(object, "/metadata/labels", label);
}

std::string AnnotationOf(const nlohmann::json& object, const std::string& annotation) {
  return EntryOf(object, "/metadata/annotations", annotation);
}

bool IsDeleting(const nlohmann::json& object) {
  return !StringAt(object, "/metadata/deletionTimestamp").empty();
}

bool HasFinalizer(const nlohmann::json& object, std::string_view finalizer) {
  const nlohmann::json* finalizers = Find(object, "/metadata/finalizers");
  return finalizers != nullptr && finalizers->is_array() &&
         std::ranges::any_of(*finalizers, [&](const nlohmann::json& f) { return f == finalizer; });
}

std::string ApiVersionOf(const Resource& resource) {
  return resource.group.empty() ? resource.version : resource.group + "/" + resource.version;
}

nlohmann::json MakeObject(const Resource& resource, const ObjectKey& key) {
  nlohmann::json object = {{"apiVersion", ApiVersionOf(resource)},
                           {"kind", resource.kind},
                           {"metadata", {{"name", key.name}}}};
  if (resource.namespaced) object["metadata"]["namespace"] = key.ns;
  return object;
}

std::string MicroTime(WallTime time) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
  std::string fraction = std::to_string(1000000 + micros % 1000000);
  fraction.front() = '.';
  std::string text = FormatTime(time);
  text.replace(text.size() - 1, 1, fraction + "Z");
  return text;
}

std::optional<OwnerReference> ControllerOf(const nlohmann::json& object) {
  const nlohmann::json* owners = Find(object, "/metadata/ownerReferences");
  if (owners == nullptr || !owners->is_array()) return std::nullopt;
  for (const nlohmann::json& owner : *owners) {
    const nlohmann::json* controller = Find(owner, "/controller");
    if (controller == nullptr || *controller != true) continue;
    return OwnerReference{StringAt(owner, "/apiVersion"), StringAt(owner, "/kind"),
                          StringAt(owner, "/name"), StringAt(owner, "/uid")};
  }
  return std::nullopt;
}

nlohmann::json MakeControllerReference(const nlohmann::json& owner) {
  return {{"apiVersion", StringAt(owner, "/apiVersion")},
          {"kind", StringAt(owner, "/kind")},
          {"name", NameOf(owner)},
          {"uid", UidOf(owner)},
          {"controller", true},
          {"blockOwnerDeletion", true}};
}

}  // namespace hawser::kube
