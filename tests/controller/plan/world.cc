// Builds the objects that controller tests start from.
#include "tests/controller/plan/world.h"

#include "controller/plan/original.h"
#include "controller/resources.h"
#include "lib/base/text.h"
#include "tests/support/kube/field_owners.h"

namespace hawser::testing {

using nlohmann::json;

json MakeDeployment() {
  return json::parse(R"({
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "api", "namespace": "team", "uid": "d-1", "resourceVersion": "7",
                 "generation": 1, "annotations": {"team": "blue"}},
    "spec": {
      "replicas": 2,
      "selector": {"matchLabels": {"app": "api"}},
      "template": {
        "metadata": {"creationTimestamp": null, "labels": {"app": "api"}},
        "spec": {
          "initContainers": [{"name": "migrate", "image": "api:1"}],
          "containers": [
            {"name": "proxy", "image": "proxy:1"},
            {"name": "api", "image": "api:1", "imagePullPolicy": "IfNotPresent",
             "command": ["python3"], "args": ["-m", "api"],
             "env": [{"name": "MODE", "value": "test"}],
             "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
          ],
          "volumes": [{"name": "data", "emptyDir": {}}],
          "restartPolicy": "Always"
        }
      }
    }
  })");
}

json MakeSession(const std::string& name) {
  return {{"apiVersion", devsession::kApiVersion},
          {"kind", devsession::kKind},
          {"metadata",
           {{"name", name},
            {"namespace", "team"},
            {"uid", "s-" + name},
            {"generation", 3},
            {"resourceVersion", "9"},
            {"creationTimestamp", "2026-01-01T00:00:00Z"}}},
          {"spec",
           {{"owner", "dev1"},
            {"mode", "InPlace"},
            {"target", {{"kind", "Deployment"}, {"name", "api"}, {"container", "api"}}}}}};
}

json Running() {
  return {{"running", {{"startedAt", "2026-01-01T00:00:00Z"}}}};
}

json Waiting(const std::string& reason, const std::string& message) {
  return {{"waiting", {{"reason", reason}, {"message", message}}}};
}

json MakePod(const std::string& name, json agent, json app) {
  const json statuses = json::array(
      {{{"name", "api"}, {"image", "api:1"}, {"state", std::move(app)}, {"restartCount", 2}},
       {{"name", "hawser-agent"},
        {"image", "agent:1"},
        {"state", std::move(agent)},
        {"restartCount", 0}}});
  const json ready = {{"type", "Ready"}, {"status", "True"}};
  return {
      {"apiVersion", "v1"},
      {"kind", "Pod"},
      {"metadata",
       {{"name", name}, {"namespace", "team"}, {"labels", {{devsession::kSessionLabel, "dev"}}}}},
      {"status",
       {{"phase", "Running"},
        {"conditions", json::array({ready})},
        {"containerStatuses", statuses}}}};
}

json& ContainerOf(json& workload, const std::string& name) {
  json& containers = workload["spec"]["template"]["spec"]["containers"];
  for (json& container : containers) {
    if (container["name"] == name) return container;
  }
  return containers.emplace_back(json{{"name", name}});
}

WallTime Now() {
  return ParseTime("2026-01-02T00:00:00Z").value();
}

controller::PlanOptions Options() {
  return {.agent_image = "registry.example/hawser-agent:1"};
}

controller::Observed Observe(const json& session, const json& deployment) {
  controller::Observed observed;
  observed.object = std::make_shared<const json>(session);
  Result<devsession::DevSession> parsed = devsession::ParseDevSession(session);
  observed.spec_error = parsed.status();
  observed.session = parsed.ok() ? parsed.value() : devsession::ParseMetadata(session);
  controller::Workload target{kube::resources::kDeployments,
                              std::make_shared<const json>(deployment)};
  if (controller::InjectedBy(deployment) == observed.session.name) {
    observed.injected.push_back(target);
  }
  observed.target = std::move(target);
  observed.keys = {.kind = controller::KeysState::Kind::kValid,
                   .expires = Now() + std::chrono::hours(24 * 365)};
  return observed;
}

json AfterInjection(const json& live, const controller::Plan& plan) {
  FieldOwners owners;
  json config = plan.inject.value().object;
  config["metadata"].erase("resourceVersion");
  return owners.Apply(live, config, "hawser", true).value();
}

}  // namespace hawser::testing
