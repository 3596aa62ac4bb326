// Makes a copy that shares nothing with its workload but the image and what the image reads.
#include "controller/plan/clone.h"

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "controller/plan/names.h"
#include "controller/plan/own.h"
#include "controller/plan/restore.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::DevSession;
using nlohmann::json;

/// The pods' labels that are kept: they choose a mesh, and no Service selects by them.
constexpr std::array<const char*, 4> kMeshLabels = {"sidecar.istio.io/", "istio.io/", "linkerd.io/",
                                                    "kuma.io/"};
/// What belongs to the workload and not to how its pods are.
constexpr std::array<const char*, 9> kOwnFields = {"selector",
                                                   "template",
                                                   "replicas",
                                                   "paused",
                                                   "volumeClaimTemplates",
                                                   "serviceName",
                                                   "ordinals",
                                                   "persistentVolumeClaimRetentionPolicy",
                                                   "revisionHistoryLimit"};

json PodMetadata(const json& source, const DevSession& session) {
  json labels = OwnLabels(session);
  labels[devsession::kCloneLabel] = session.name;
  const json theirs = source.value("labels", json::object());
  for (const auto& [name, value] : theirs.items()) {
    const auto chooses = [&name = name](const char* prefix) { return name.starts_with(prefix); };
    if (std::any_of(kMeshLabels.begin(), kMeshLabels.end(), chooses)) labels[name] = value;
  }
  json metadata = {{"labels", std::move(labels)}};
  json annotations = source.value("annotations", json::object());
  annotations.erase("kubectl.kubernetes.io/restartedAt");
  if (!annotations.empty()) metadata["annotations"] = std::move(annotations);
  return metadata;
}

/// Gives a pod its own empty volume wherever it would mount a claim.
void ReplaceClaims(const json& source, json& pod) {
  json volumes = json::array();
  std::set<std::string> templated;
  for (const json& claim : source["spec"].value("volumeClaimTemplates", json::array())) {
    const std::string name = kube::StringAt(claim, "/metadata/name");
    templated.insert(name);
    volumes.push_back({{"name", name}, {"emptyDir", json::object()}});
  }
  for (const json& volume : pod.value("volumes", json::array())) {
    const std::string name = kube::StringAt(volume, "/name");
    if (templated.contains(name)) continue;
    const bool claim = volume.contains("persistentVolumeClaim") || volume.contains("ephemeral");
    volumes.push_back(claim ? json{{"name", name}, {"emptyDir", json::object()}} : volume);
  }
  if (!volumes.empty()) pod["volumes"] = std::move(volumes);
}

/// What tells two items of a list apart for server-side apply; it refuses to apply the same twice.
using ItemIdentity = std::function<std::string(const json& item)>;

/// Keeps of the items with one identity the last, which is the one that counts, where the last was.
void DropRepeated(json& object, const char* field, const ItemIdentity& identity) {
  const auto list = object.find(field);
  if (list == object.end() || !list->is_array()) return;
  std::set<std::string> seen;
  json kept = json::array();
  for (auto item = list->rbegin(); item != list->rend(); ++item) {
    if (seen.insert(identity(*item)).second) kept.push_back(*item);
  }
  std::reverse(kept.begin(), kept.end());
  *list = std::move(kept);
}

/// The API server takes lists that name something twice, and warns of them at most.
void DropAllRepeated(json& pod) {
  const auto by = [](const char* pointer) {
    return [pointer](const json& item) { return kube::StringAt(item, pointer); };
  };
  DropRepeated(pod, "imagePullSecrets", by("/name"));
  DropRepeated(pod, "hostAliases", by("/ip"));
  for (const char* list : {"containers", "initContainers"}) {
    if (!pod.contains(list)) continue;
    for (json& container : pod[list]) {
      DropRepeated(container, "env", by("/name"));
      DropRepeated(container, "ports", [](const json& port) {
        return std::to_string(kube::IntegerAt(port, "/containerPort")) + "/" +
               port.value("protocol", "TCP");
      });
    }
  }
}

/// Takes the pod off its node's network, whose ports the shared pods have.
void LeaveHostNetwork(json& pod) {
  pod.erase("hostNetwork");
  for (const char* list : {"containers", "initContainers"}) {
    if (!pod.contains(list)) continue;
    for (json& container : pod[list]) {
      if (!container.contains("ports")) continue;
      for (json& port : container["ports"]) port.erase("hostPort");
    }
  }
}

/// Sets a variable in place of the container's own of that name, wherever that took it from.
void SetVariable(const devsession::EnvVar& variable, json& container) {
  json env = json::array();
  for (const json& other : container.value("env", json::array())) {
    if (kube::StringAt(other, "/name") != variable.name) env.push_back(other);
  }
  env.push_back({{"name", variable.name}, {"value", variable.value}});
  container["env"] = std::move(env);
}

}  // namespace

kube::Resource CloneResource(const kube::Resource& source) {
  return source == kube::resources::kDaemonSets ? kube::resources::kDeployments : source;
}

json CloneOf(const Observed& observed) {
  const Workload& target = *observed.target;
  const json source = RestoredWorkload(*target.object);
  json clone = OwnObject(CloneResource(target.resource), observed);
  clone["metadata"]["annotations"][kCloneOfAnnotation] =
      target.resource.kind + "/" + kube::NameOf(source);
  json spec = source["spec"];
  for (const char* field : kOwnFields) spec.erase(field);
  if (target.resource == kube::resources::kDaemonSets) spec.erase("updateStrategy");
  spec["replicas"] = observed.session.spec.clone.replicas;
  spec["selector"]["matchLabels"][devsession::kCloneLabel] = observed.session.name;
  if (target.resource == kube::resources::kStatefulSets) {
    spec["serviceName"] = kube::NameOf(clone);
  }
  const json& pods = source["spec"]["template"];
  json pod = pods["spec"];
  ReplaceClaims(source, pod);
  LeaveHostNetwork(pod);
  DropAllRepeated(pod);
  spec["template"] = {
      {"metadata", PodMetadata(pods.value("metadata", json::object()), observed.session)},
      {"spec", std::move(pod)}};
  clone["spec"] = std::move(spec);
  return clone;
}

void Override(const devsession::Clone& overrides, const std::string& container, json& clone) {
  for (json& candidate : clone["spec"]["template"]["spec"]["containers"]) {
    if (kube::StringAt(candidate, "/name") != container) continue;
    for (const devsession::EnvVar& variable : overrides.env) SetVariable(variable, candidate);
    if (!overrides.resources) continue;
    candidate["resources"] = {{"requests", overrides.resources->requests},
                              {"limits", overrides.resources->limits}};
  }
}

}  // namespace hawser::controller
