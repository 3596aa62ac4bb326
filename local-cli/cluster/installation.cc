// Reads the server's version, the controller's Deployment, the resource definition and access
// reviews.
#include "local-cli/cluster/installation.h"

#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/object.h"

namespace hawser::cli {

Result<std::string> ServerVersion(kube::Api& api) {
  HAWSER_ASSIGN_OR_RETURN(const std::string body, api.GetRaw("/version"));
  const nlohmann::json document = nlohmann::json::parse(body, nullptr, false);
  const std::string version =
      document.is_object() ? kube::StringAt(document, "/gitVersion") : std::string();
  if (version.empty()) return DataLossError("/version did not answer with a gitVersion");
  return version;
}

Result<ControllerState> FindController(kube::Api& api) {
  HAWSER_ASSIGN_OR_RETURN(
      const nlohmann::json deployment,
      api.Get(kube::resources::kDeployments, {.ns = "hawser-system", .name = "hawser-controller"}));
  const nlohmann::json* containers = kube::Find(deployment, "/spec/template/spec/containers");
  ControllerState state{.ready = kube::IntegerAt(deployment, "/status/readyReplicas"),
                        .wanted = kube::IntegerAt(deployment, "/spec/replicas", 1)};
  if (containers != nullptr && containers->is_array() && !containers->empty()) {
    state.image = kube::StringAt(containers->front(), "/image");
  }
  return state;
}

Result<std::string> ServedVersions(kube::Api& api) {
  const std::string name = std::string(devsession::kPlural) + "." + devsession::kGroup;
  HAWSER_ASSIGN_OR_RETURN(const nlohmann::json definition,
                          api.Get(kube::resources::kCustomResourceDefinitions, {.name = name}));
  std::vector<std::string> served;
  if (const nlohmann::json* versions = kube::Find(definition, "/spec/versions")) {
    for (const nlohmann::json& version : *versions) {
      if (version.value("served", false)) served.push_back(kube::StringAt(version, "/name"));
    }
  }
  return Join(served, ", ");
}

Result<bool> IsAllowed(kube::Api& api, const std::string& ns, const Permission& permission) {
  nlohmann::json attributes{{"namespace", ns},
                            {"verb", permission.verb},
                            {"group", permission.group},
                            {"resource", permission.resource}};
  if (!permission.subresource.empty()) attributes["subresource"] = permission.subresource;
  const nlohmann::json review{{"apiVersion", "authorization.k8s.io/v1"},
                              {"kind", "SelfSubjectAccessReview"},
                              {"spec", {{"resourceAttributes", std::move(attributes)}}}};
  HAWSER_ASSIGN_OR_RETURN(const nlohmann::json answer,
                          api.Create(kube::resources::kSelfSubjectAccessReviews, "", review));
  const nlohmann::json* allowed = kube::Find(answer, "/status/allowed");
  return allowed != nullptr && allowed->is_boolean() && allowed->get<bool>();
}

}  // namespace hawser::cli
