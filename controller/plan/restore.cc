// Removal of everything injected, as a JSON patch under an optimistic lock.
#include "controller/plan/restore.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

bool IsOneOf(const std::string& name, std::initializer_list<const char*> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Removes `field` of `object` when nothing is left in it.
void DropIfEmpty(json& object, const char* field) {
  const auto found = object.find(field);
  if (found != object.end() && found->empty()) object.erase(found);
}

/// Removes the items with those names from the list in `field`, and the list if that empties it.
void RemoveNamed(json& object, const char* field, std::initializer_list<const char*> names) {
  const auto list = object.find(field);
  if (list == object.end() || !list->is_array()) return;
  json kept = json::array();
  for (const json& item : *list) {
    if (!IsOneOf(item.value("name", std::string()), names)) kept.push_back(item);
  }
  if (kept.size() == list->size()) return;
  *list = std::move(kept);
  DropIfEmpty(object, field);
}

/// Removes one entry of the map in `field`, and the map if that empties it.
void RemoveEntry(json& object, const char* field, const char* name) {
  const auto map = object.find(field);
  if (map == object.end() || !map->is_object() || map->erase(name) == 0) return;
  DropIfEmpty(object, field);
}

void PutBack(json& object, const char* field, const std::optional<CommandLine>& line) {
  if (line) {
    object[field] = *line;
  } else {
    object.erase(field);
  }
}

void RestoreContainer(const json& workload, json& container) {
  RemoveNamed(container, "volumeMounts", {kSharedVolume});
  const Original original = CurrentOriginal(workload, container);
  for (const auto& [probe, threshold] : original.failure_thresholds) {
    json& live = container[probe];
    if (live.value("failureThreshold", threshold) != threshold)
      live["failureThreshold"] = threshold;
  }
  if (!IsSupervised(container)) return;
  PutBack(container, "command", original.command);
  PutBack(container, "args", original.args);
}

/// The API server names patches after the client's program, which is called as our applies are.
json WithoutOurs(const json& managers, bool keep_applied) {
  json kept = json::array();
  for (const json& entry : managers) {
    const bool ours = entry.value("manager", std::string()) == devsession::kControllerManager;
    const bool applied = entry.value("operation", std::string()) == "Apply";
    if (!ours || (applied && keep_applied)) kept.push_back(entry);
  }
  return kept;
}

/// Makes a patch a conflict unless the object still has that version.
json VersionLock(const json& object) {
  return {{"op", "replace"},
          {"path", "/metadata/resourceVersion"},
          {"value", kube::ResourceVersionOf(object)}};
}

/// Enters those again whose fields the injection in `before` took, where `restored` has them.
void ReturnTaken(const json& before, const json& restored, json& managers) {
  const std::optional<Original> original = StoredOriginal(before);
  const json* containers = kube::Find(restored, "/spec/template/spec/containers");
  if (!original || containers == nullptr) return;
  for (const json& container : *containers) {
    if (kube::StringAt(container, "/name") != original->container) continue;
    GiveBack(original->owners, container, managers);
  }
}

/// Gives the fields of `changed` the owners that `before` had, without us.
json OwnershipPatch(const json& before, const json& changed, bool keep_applied) {
  const json* managers = kube::Find(before, "/metadata/managedFields");
  if (managers == nullptr || !managers->is_array()) return nullptr;
  json kept = WithoutOurs(*managers, keep_applied);
  if (!keep_applied) ReturnTaken(before, changed, kept);
  const json* now = kube::Find(changed, "/metadata/managedFields");
  if (kept.empty() || (now != nullptr && kept == *now)) return nullptr;
  return {VersionLock(changed),
          {{"op", "replace"}, {"path", "/metadata/managedFields"}, {"value", std::move(kept)}}};
}

}  // namespace

json RestoredWorkload(const json& workload) {
  json restored = workload;
  if (const std::optional<int64_t> replicas = KeptReplicas(workload)) {
    restored["spec"]["replicas"] = *replicas;
  }
  RemoveEntry(restored["metadata"], "annotations", kOriginalAnnotation);
  json& pod = restored["spec"]["template"];
  RemoveEntry(pod["metadata"], "labels", devsession::kSessionLabel);
  RemoveEntry(pod["metadata"], "annotations", kRolloutAnnotation);
  json& spec = pod["spec"];
  RemoveNamed(spec, "initContainers", {kInstallContainer});
  RemoveNamed(spec, "containers", {kAgentContainer});
  RemoveNamed(spec, "volumes", {kSharedVolume, kKeysVolume, kPodInfoVolume});
  for (json& container : spec["containers"]) RestoreContainer(workload, container);
  return restored;
}

json RestorePatch(const json& workload) {
  json patch = json::array({VersionLock(workload)});
  for (json& operation : json::diff(workload, RestoredWorkload(workload))) {
    patch.push_back(std::move(operation));
  }
  return patch;
}

json ReleasePatch(const json& before, const json& restored) {
  return OwnershipPatch(before, restored, false);
}

json UnownedPatch(const json& before, const json& changed) {
  return OwnershipPatch(before, changed, true);
}

}  // namespace hawser::controller
