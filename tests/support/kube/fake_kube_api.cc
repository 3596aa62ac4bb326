// The fake API server's writes and reads; fake_kube_watch.cc and fake_kube_controls.cc hold the
// rest.
#include "tests/support/kube/fake_kube_api.h"

#include <utility>

#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "tests/support/kube/kube_semantics.h"

namespace hawser::testing {
namespace {

using kube::ObjectKey;
using kube::Resource;
using nlohmann::json;

Status Missing(const Resource& resource, const ObjectKey& key) {
  return NotFoundError(resource.plural + " \"" + key.name + "\" not found");
}

Status CheckType(const Resource& resource, const json& object) {
  if (kube::StringAt(object, "/kind") == resource.kind &&
      kube::StringAt(object, "/apiVersion") == kube::ApiVersionOf(resource)) {
    return OkStatus();
  }
  return InvalidArgumentError("the object provided is unrecognized: want " +
                              kube::ApiVersionOf(resource) + " " + resource.kind);
}

// What server-side apply owns and merges: not the identity, and only the part it writes to.
json ConfigOf(const Resource& resource, json object, const std::string& subresource) {
  if (subresource == "status") {
    return object.contains("status") ? json{{"status", object["status"]}} : json::object();
  }
  object.erase("apiVersion");
  object.erase("kind");
  if (HasStatusSubresource(resource)) object.erase("status");
  for (const char* name : {"name", "namespace", "resourceVersion", "uid"}) {
    object["metadata"].erase(name);
  }
  if (object["metadata"].empty()) object.erase("metadata");
  return object;
}

}  // namespace

FakeKubeApi::FakeKubeApi(const Clock& clock) : clock_(clock) {
  namespace r = kube::resources;
  for (const Resource& resource :
       {r::kPods, r::kSecrets, r::kServices, r::kIngresses, r::kConfigMaps, r::kNamespaces,
        r::kEvents, r::kDeployments, r::kStatefulSets, r::kDaemonSets, r::kLeases,
        r::kCustomResourceDefinitions, r::kSelfSubjectAccessReviews}) {
    objects_[resource];
  }
}

void FakeKubeApi::AddResource(const Resource& resource) {
  const std::lock_guard lock(mutex_);
  objects_[resource];
}

Result<FakeKubeApi::Objects*> FakeKubeApi::Enter(const KubeCall& call) {
  calls_.push_back(call);
  answer_lost_ = false;
  if (fault_) HAWSER_RETURN_IF_ERROR(fault_(call));
  if (fail_in_ > 0 && --fail_in_ == 0) {
    if (!fail_after_effect_) return failure_;
    answer_lost_ = true;
  }
  const auto objects = objects_.find(call.resource);
  if (objects == objects_.end()) {
    return NotFoundError("the server could not find the requested resource " +
                         call.resource.plural + "." + call.resource.group);
  }
  return &objects->second;
}

template <typename T>
Result<T> FakeKubeApi::Leave(Result<T> result) {
  if (std::exchange(answer_lost_, false)) return failure_;
  return result;
}

Result<json> FakeKubeApi::Get(const Resource& resource, const ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  HAWSER_ASSIGN_OR_RETURN(const Objects* objects, Enter({"get", resource, key, {}}));
  const auto stored = objects->find(key);
  if (stored == objects->end()) return Leave<json>(Missing(resource, key));
  return Leave<json>(stored->second.object);
}

Result<kube::ObjectList> FakeKubeApi::List(const Resource& resource,
                                           const kube::ListOptions& options) {
  const std::lock_guard lock(mutex_);
  HAWSER_ASSIGN_OR_RETURN(const Objects* objects, Enter({"list", resource, {options.ns, {}}, {}}));
  kube::ObjectList list;
  list.resource_version = std::to_string(version_);
  for (const auto& [key, stored] : *objects) {
    HAWSER_ASSIGN_OR_RETURN(const bool selected, Selects(options, stored.object));
    if (selected) list.items.push_back(stored.object);
  }
  return Leave<kube::ObjectList>(std::move(list));
}

Result<json> FakeKubeApi::Create(const Resource& resource, const std::string& ns,
                                 const json& object) {
  const std::lock_guard lock(mutex_);
  json created = object;
  json& metadata = created["metadata"];
  if (kube::NameOf(created).empty() && metadata.contains("generateName")) {
    metadata["name"] = metadata["generateName"].get<std::string>() + std::to_string(next_uid_);
  }
  if (resource.namespaced) metadata["namespace"] = ns;
  HAWSER_ASSIGN_OR_RETURN(Objects * objects, Enter({"create", resource, kube::KeyOf(created), {}}));
  HAWSER_RETURN_IF_ERROR(CheckType(resource, object));
  if (resource == kube::resources::kSelfSubjectAccessReviews) return Leave<json>(Review(created));
  if (objects->contains(kube::KeyOf(created))) {
    return AlreadyExistsError(resource.plural + " \"" + kube::NameOf(created) +
                              "\" already exists");
  }
  FieldOwners owners;
  owners.NoteUpdate(json::object(), ConfigOf(resource, created, {}), "create");
  return Leave(Insert(*objects, resource, std::move(created), std::move(owners)));
}

Result<json> FakeKubeApi::Insert(Objects& objects, const Resource& resource, json object,
                                 FieldOwners owners) {
  const ObjectKey key = kube::KeyOf(object);
  if (key.name.empty() || (resource.namespaced && key.ns.empty())) {
    return InvalidArgumentError(resource.kind + ": metadata.name and metadata.namespace: required");
  }
  json& metadata = object["metadata"];
  if (metadata.contains("resourceVersion")) {
    return InvalidArgumentError("resourceVersion should not be set on objects to be created");
  }
  if (HasStatusSubresource(resource)) object.erase("status");
  metadata["uid"] = "00000000-0000-4000-8000-" + std::to_string(100000000000 + next_uid_++);
  metadata["creationTimestamp"] = FormatTime(clock_.WallNow());
  if (HasGeneration(resource)) metadata["generation"] = 1;
  if (admission_) admission_(resource, object);
  Stamp(object);
  Append(resource, nullptr, &object);
  return objects.emplace(key, Stored{std::move(object), std::move(owners)}).first->second.object;
}

Status FakeKubeApi::Delete(const Resource& resource, const ObjectKey& key,
                           const kube::DeleteOptions& options) {
  const std::lock_guard lock(mutex_);
  HAWSER_ASSIGN_OR_RETURN(Objects * objects, Enter({"delete", resource, key, {}}));
  const auto found = objects->find(key);
  if (found == objects->end()) return Missing(resource, key);
  const std::string& version = options.resource_version;
  if (!version.empty() && version != kube::ResourceVersionOf(found->second.object)) {
    return AbortedError("the object has been modified since resourceVersion " + version);
  }
  DeleteLocked(*objects, resource, key);
  return std::exchange(answer_lost_, false) ? failure_ : OkStatus();
}

void FakeKubeApi::DeleteLocked(Objects& objects, const Resource& resource, const ObjectKey& key) {
  Stored& stored = objects.at(key);
  const json before = stored.object;
  if (before["metadata"].value("finalizers", json::array()).empty()) {
    Stamp(stored.object);
    Append(resource, &stored.object, nullptr);
    objects.erase(key);
    return;
  }
  if (kube::IsDeleting(before)) return;
  json& metadata = stored.object["metadata"];
  metadata["deletionTimestamp"] = FormatTime(clock_.WallNow());
  metadata["deletionGracePeriodSeconds"] = 0;
  if (HasGeneration(resource)) metadata["generation"] = kube::GenerationOf(before) + 1;
  Stamp(stored.object);
  Append(resource, &before, &stored.object);
}

Result<json> FakeKubeApi::Apply(const Resource& resource, const ObjectKey& key, const json& object,
                                const std::string& manager, bool force,
                                const std::string& subresource) {
  const std::lock_guard lock(mutex_);
  const KubeCall call{"apply", resource, key, subresource};
  HAWSER_ASSIGN_OR_RETURN(Objects * objects, Enter(call));
  return Leave(ApplyLocked(call, *objects, object, manager, force));
}

Result<json> FakeKubeApi::ApplyLocked(const KubeCall& call, Objects& objects, const json& object,
                                      const std::string& manager, bool force) {
  const Resource& resource = call.resource;
  HAWSER_RETURN_IF_ERROR(CheckType(resource, object));
  if (manager.empty()) return InvalidArgumentError("fieldManager: is required for apply patch");
  if (kube::Find(object, "/metadata/managedFields") != nullptr) {
    return InvalidArgumentError("metadata.managedFields must be nil");
  }
  const json config = ConfigOf(resource, object, call.subresource);
  const auto found = objects.find(call.key);
  if (found == objects.end()) {
    if (!call.subresource.empty() || !kube::ResourceVersionOf(object).empty()) {
      return Missing(resource, call.key);
    }
    FieldOwners owners;
    const json start = kube::MakeObject(resource, call.key);
    HAWSER_ASSIGN_OR_RETURN(json created, owners.Apply(start, config, manager, force));
    return Insert(objects, resource, std::move(created), std::move(owners));
  }
  Stored& stored = found->second;
  FieldOwners owners = stored.owners;
  HAWSER_ASSIGN_OR_RETURN(json merged, owners.Apply(stored.object, config, manager, force));
  const std::string version = kube::ResourceVersionOf(object);
  if (!version.empty()) merged["metadata"]["resourceVersion"] = version;
  // Replace may end the object's life, so ownership is noted first.
  std::swap(stored.owners, owners);
  Result<json> result = Replace(objects, resource, stored, std::move(merged), call.subresource);
  if (!result.ok()) stored.owners = std::move(owners);
  return result;
}

Result<json> FakeKubeApi::Patch(const Resource& resource, const ObjectKey& key,
                                kube::PatchType type, const json& patch,
                                const std::string& subresource) {
  const std::lock_guard lock(mutex_);
  const KubeCall call{"patch", resource, key, subresource};
  HAWSER_ASSIGN_OR_RETURN(Objects * objects, Enter(call));
  return Leave(PatchLocked(call, *objects, type, patch));
}

Result<json> FakeKubeApi::PatchLocked(const KubeCall& call, Objects& objects, kube::PatchType type,
                                      const json& patch) {
  const auto found = objects.find(call.key);
  if (found == objects.end()) return Missing(call.resource, call.key);
  Stored& stored = found->second;
  HAWSER_ASSIGN_OR_RETURN(json patched, ApplyPatch(stored.object, type, patch));
  HAWSER_ASSIGN_OR_RETURN(
      patched, Admit(call.resource, stored.object, std::move(patched), call.subresource));
  stored.owners.NoteUpdate(stored.object, patched, "patch");
  return Replace(objects, call.resource, stored, std::move(patched), call.subresource);
}

Result<json> FakeKubeApi::Replace(Objects& objects, const Resource& resource, Stored& stored,
                                  json changed, const std::string& subresource) {
  HAWSER_ASSIGN_OR_RETURN(changed, Admit(resource, stored.object, std::move(changed), subresource));
  if (admission_) admission_(resource, changed);
  if (changed == stored.object) return changed;
  if (HasGeneration(resource) && SpecDiffers(changed, stored.object)) {
    changed["metadata"]["generation"] = kube::GenerationOf(stored.object) + 1;
  }
  Stamp(changed);
  if (kube::IsDeleting(changed) && changed["metadata"].value("finalizers", json::array()).empty()) {
    Append(resource, &changed, nullptr);
    objects.erase(kube::KeyOf(changed));
    return changed;
  }
  Append(resource, &stored.object, &changed);
  stored.object = changed;
  return changed;
}

void FakeKubeApi::Stamp(json& object) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
}

}  // namespace hawser::testing
