// Container choice, with messages that list what there is to choose from.
#include "controller/plan/container.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "controller/plan/names.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

std::vector<const json*> AppContainers(const json& workload) {
  std::vector<const json*> containers;
  const json* all = kube::Find(workload, "/spec/template/spec/containers");
  if (all == nullptr) return containers;
  for (const json& container : *all) {
    if (container.value("name", std::string()) != kAgentContainer) containers.push_back(&container);
  }
  return containers;
}

std::string NameList(const std::vector<const json*>& containers) {
  std::vector<std::string> names;
  for (const json* container : containers) {
    names.push_back(container->value("name", std::string()));
  }
  return Join(names, ", ");
}

bool HasNamed(const json& workload, const char* list, const char* name) {
  const json* items = kube::Find(workload, std::string("/spec/template/spec/") + list);
  if (items == nullptr) return false;
  for (const json& item : *items) {
    if (item.value("name", std::string()) == name) return true;
  }
  return false;
}

}  // namespace

ContainerChoice ChooseContainer(const json& workload, const devsession::Target& target) {
  const std::vector<const json*> containers = AppContainers(workload);
  const std::string place = target.kind + " " + target.name;
  if (target.container.empty()) {
    if (containers.size() == 1) return {.container = containers.front()};
    return {.refusal = {reason::kContainerAmbiguous,
                        place + " has more than one container: " + NameList(containers) +
                            "; set spec.target.container to one of them"}};
  }
  for (const json* container : containers) {
    if (container->value("name", std::string()) == target.container) {
      return {.container = container};
    }
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
  return {};
}

}  // namespace hawser::controller
