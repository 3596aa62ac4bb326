// Write rules, patches and selectors of the fake API server.
#include "tests/support/kube/kube_semantics.h"

#include <algorithm>
#include <array>

#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "lib/kube/selector.h"
#include "tests/support/kube/field_paths.h"

namespace hawser::testing {
namespace {

using nlohmann::json;

constexpr std::array kServerSetMetadata = {"name",
                                           "namespace",
                                           "uid",
                                           "generation",
                                           "creationTimestamp",
                                           "resourceVersion",
                                           "deletionTimestamp",
                                           "deletionGracePeriodSeconds"};

void CopyMember(const json& from, json& to, const char* name) {
  if (const auto it = from.find(name); it != from.end()) {
    to[name] = *it;
  } else {
    to.erase(name);
  }
}

Status CheckFinalizers(const json& before, const json& changed) {
  if (!kube::IsDeleting(before)) return OkStatus();
  for (const json& finalizer : changed["metadata"].value("finalizers", json::array())) {
    if (!kube::HasFinalizer(before, finalizer.get<std::string>())) {
      return InvalidArgumentError(
          "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being "
          "deleted, found new finalizer " +
          finalizer.dump());
    }
  }
  return OkStatus();
}

Result<json> MergeStrategically(json object, const json& patch, const std::string& field) {
  if (!patch.is_object()) return patch;
  if (!object.is_object()) object = json::object();
  for (const auto& [name, value] : patch.items()) {
    if (name.starts_with('$')) {
      return UnimplementedError("strategic merge directive " + name + " below " + field);
    }
    if (value.is_null()) {
      object.erase(name);
      continue;
    }
    if (const auto keys = ListKeys(name, value); !keys.empty() && object[name].is_array()) {
      for (const json& item : value) {
        const FieldPath path = {ItemElement(item, keys)};
        json* same = const_cast<json*>(Resolve(object[name], path));
        if (same == nullptr) {
          object[name].push_back(item);
          continue;
        }
        HAWSER_ASSIGN_OR_RETURN(*same, MergeStrategically(*same, item, name));
      }
      continue;
    }
    HAWSER_ASSIGN_OR_RETURN(object[name], MergeStrategically(object[name], value, name));
  }
  return object;
}

Result<bool> MatchesField(std::string_view requirement, const json& object) {
  const bool negated = requirement.find("!=") != std::string_view::npos;
  const size_t sign = requirement.find(negated ? "!=" : "=");
  if (sign == std::string_view::npos) {
    return InvalidArgumentError("invalid field selector: " + std::string(requirement));
  }
  const std::string_view field = requirement.substr(0, sign);
  const std::string_view value = requirement.substr(requirement.find_last_of('=') + 1);
  if (field == "metadata.name") return (kube::NameOf(object) == value) != negated;
  if (field == "metadata.namespace") return (kube::NamespaceOf(object) == value) != negated;
  return InvalidArgumentError("field label not supported: " + std::string(field));
}

}  // namespace

bool HasStatusSubresource(const kube::Resource& resource) {
  static const std::array kinds = {"Pod", "Service", "Ingress", "Namespace",
                                   "CustomResourceDefinition"};
  const bool custom =
      resource.group.find('.') != std::string::npos && !resource.group.ends_with(".k8s.io");
  return custom || resource.group == "apps" ||
         std::ranges::find(kinds, resource.kind) != kinds.end();
}

bool HasGeneration(const kube::Resource& resource) {
  return resource.group != "" && resource.kind != "Event" && resource.kind != "Lease";
}

Result<json> Admit(const kube::Resource& resource, const json& before, json changed,
                   const std::string& subresource) {
  const bool has_status = HasStatusSubresource(resource);
  if (!subresource.empty() && (subresource != "status" || !has_status)) {
    return NotFoundError(resource.plural + " has no subresource \"" + subresource + "\"");
  }
  const std::string version = kube::ResourceVersionOf(changed);
  if (!version.empty() && version != kube::ResourceVersionOf(before)) {
    return AbortedError("Operation cannot be fulfilled on " + resource.plural + " \"" +
                        kube::NameOf(before) +
                        "\": the object has been modified; please apply your changes to the latest "
                        "version and try again");
  }
  if (subresource == "status") {
    json admitted = before;
    CopyMember(changed, admitted, "status");
    return admitted;
  }
  if (has_status) CopyMember(before, changed, "status");
  for (const char* name : {"apiVersion", "kind"}) CopyMember(before, changed, name);
  for (const char* name : kServerSetMetadata) {
    CopyMember(before["metadata"], changed["metadata"], name);
  }
  HAWSER_RETURN_IF_ERROR(CheckFinalizers(before, changed));
  return changed;
}

bool SpecDiffers(const json& a, const json& b) {
  const auto essence = [](json object) {
    object.erase("metadata");
    object.erase("status");
    return object;
  };
  return essence(a) != essence(b);
}

Result<json> ApplyPatch(const json& object, kube::PatchType type, const json& patch) {
  json patched = object;
  switch (type) {
    case kube::PatchType::kMerge:
      patched.merge_patch(patch);
      return patched;
    case kube::PatchType::kStrategicMerge:
      return MergeStrategically(object, patch, "the object");
    case kube::PatchType::kJson:
      break;
  }
  try {
    return object.patch(patch);
  } catch (const json::exception& error) {
    return InvalidArgumentError("the server rejected our request due to an error in our request: " +
                                std::string(error.what()));
  }
}

Result<bool> Selects(const kube::ListOptions& options, const json& object) {
  if (!options.ns.empty() && kube::NamespaceOf(object) != options.ns) return false;
  HAWSER_ASSIGN_OR_RETURN(const kube::LabelSelector labels,
                          kube::ParseLabelSelector(options.label_selector));
  if (!kube::Matches(labels, object)) return false;
  if (options.field_selector.empty()) return true;
  for (const std::string_view requirement : Split(options.field_selector, ',')) {
    HAWSER_ASSIGN_OR_RETURN(const bool matches, MatchesField(requirement, object));
    if (!matches) return false;
  }
  return true;
}

}  // namespace hawser::testing
