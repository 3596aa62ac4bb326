// Compares what every version's injection has.
#include "controller/plan/other_version.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "controller/plan/covers.h"
#include "controller/plan/names.h"
#include "controller/plan/one_of.h"
#include "controller/plan/original.h"
#include "controller/plan/pods.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

constexpr std::array<const char*, 3> kAgentFailures = {
    reason::kImagePullFailed, reason::kAgentCrashing, reason::kContainerNotCreated};

std::string AgentImage(const json& workload) {
  const json* containers = kube::Find(workload, "/spec/template/spec/containers");
  if (containers == nullptr) return {};
  for (const json& container : *containers) {
    if (kube::StringAt(container, "/name") == kAgentContainer) {
      return kube::StringAt(container, "/image");
    }
  }
  return {};
}

bool IsOfOtherVersion(const json& live, const json& wanted) {
  return StoredLayout(live) != StoredLayout(wanted) || AgentImage(live) != AgentImage(wanted);
}

/// What of an injection all versions have in common: labels, the app's command and probes, and the
/// names of what is added.
json Essentials(const json& wanted) {
  const json& pod = wanted["spec"]["template"];
  json app;
  for (const json& container : pod["spec"]["containers"]) {
    if (kube::StringAt(container, "/name") != kAgentContainer) app = container;
  }
  const auto named = [](const char* name) { return json{{"name", name}}; };
  json essentials;
  essentials["metadata"] = pod["metadata"];
  essentials["spec"] = {{"containers", {app, named(kAgentContainer)}},
                        {"initContainers", json::array({named(kInstallContainer)})},
                        {"volumes", {named(kSharedVolume), named(kKeysVolume)}}};
  return essentials;
}

/// An agent that does not come up is not kept: another version may mend it.
bool AgentFails(const Observed& observed) {
  const std::string reason = AgentsTrouble(LivePods(observed.pods), OwnWorkload(observed)).reason;
  return OneOf(kAgentFailures, reason);
}

}  // namespace

bool ServesFromOtherVersion(const Observed& observed, const json& live, const json& wanted) {
  const json* pod = kube::Find(live, "/spec/template");
  return pod != nullptr && IsOfOtherVersion(live, wanted) && Covers(*pod, Essentials(wanted)) &&
         !AgentFails(observed);
}

bool IsCopyOfOtherVersion(const Observed& observed, const json& live, const json& wanted) {
  const std::string source = kube::AnnotationOf(live, kSourceAnnotation);
  return !source.empty() && source == kube::AnnotationOf(wanted, kSourceAnnotation) &&
         IsOfOtherVersion(live, wanted) && !AgentImage(live).empty() && !AgentFails(observed);
}

}  // namespace hawser::controller
