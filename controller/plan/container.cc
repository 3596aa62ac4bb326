// Container choice, with messages that list what there is to choose from.
#include "controller/plan/container.h"

#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "controller/plan/names.h"
#include "controller/plan/one_of.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

/// Containers that meshes and the like put beside an app: never what somebody works on unasked.
constexpr std::array<const char*, 9> kSidecars = {
    "istio-proxy", "linkerd-proxy", "envoy",           "consul-dataplane",  "kuma-sidecar",
    "daprd",       "vault-agent",   "cloud-sql-proxy", "aws-otel-collector"};
/// How kubectl is told which container is meant when none is named.
constexpr char kDefaultContainerAnnotation[] = "kubectl.kubernetes.io/default-container";

std::string NameIn(const json& container) {
  return container.value("name", std::string());
}

std::vector<const json*> AppContainers(const json& workload) {
  std::vector<const json*> containers;
  const json* all = kube::Find(workload, "/spec/template/spec/containers");
  if (all == nullptr) return containers;
  for (const json& container : *all) {
    if (NameIn(container) != kAgentContainer) containers.push_back(&container);
  }
  return containers;
}

/// The container that is meant when the session names none, or null if there are several.
const json* DefaultContainer(const json& workload, const std::vector<const json*>& containers) {
  if (containers.size() == 1) return containers.front();
  const json* metadata = kube::Find(workload, "/spec/template/metadata");
  const std::string meant = metadata == nullptr ? std::string()
                                                : kube::AnnotationOf({{"metadata", *metadata}},
                                                                     kDefaultContainerAnnotation);
  const json* app = nullptr;
  int apps = 0;
  for (const json* container : containers) {
    if (!meant.empty() && NameIn(*container) == meant) return container;
    if (OneOf(kSidecars, NameIn(*container))) continue;
    app = container;
    ++apps;
  }
  return apps == 1 ? app : nullptr;
}

std::string NameList(const std::vector<const json*>& containers) {
  std::vector<std::string> names;
  for (const json* container : containers) {
    names.push_back(NameIn(*container));
  }
  return Join(names, ", ");
}

bool HasNamed(const json& workload, const char* list, const char* name) {
  const json* items = kube::Find(workload, std::string("/spec/template/spec/") + list);
  if (items == nullptr) return false;
  for (const json& item : *items) {
    if (NameIn(item) == name) return true;
  }
  return false;
}

}  // namespace

ContainerChoice ChooseContainer(const json& workload, const devsession::Target& target) {
  const std::vector<const json*> containers = AppContainers(workload);
  const std::string place = target.kind + " " + target.name;
  if (target.container.empty()) {
    const json* meant = DefaultContainer(workload, containers);
    if (meant != nullptr) return {.container = meant};
    return {.refusal = {reason::kContainerAmbiguous,
                        place + " has more than one container: " + NameList(containers) +
                            "; set spec.target.container to one of them"}};
  }
  for (const json* container : containers) {
    if (NameIn(*container) == target.container) return {.container = container};
  }
  return {.refusal = {reason::kContainerNotFound,
                      place + " has no container \"" + target.container + "\"; it has: " +
                          NameList(containers) + "; set spec.target.container to one of them"}};
}

std::string TakenName(const json& workload) {
  if (HasNamed(workload, "containers", kAgentContainer)) return kAgentContainer;
  if (HasNamed(workload, "initContainers", kInstallContainer)) return kInstallContainer;
  if (HasNamed(workload, "volumes", kSharedVolume)) return kSharedVolume;
  if (HasNamed(workload, "volumes", kKeysVolume)) return kKeysVolume;
  if (HasNamed(workload, "volumes", kPodInfoVolume)) return kPodInfoVolume;
  return {};
}

}  // namespace hawser::controller
