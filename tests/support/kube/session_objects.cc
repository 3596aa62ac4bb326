// Builds the objects that controller tests start from.
#include "tests/support/kube/session_objects.h"

#include "lib/devsession/devsession.h"

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

json MakeWorkload(const kube::Resource& resource) {
  json workload = MakeDeployment();
  workload["kind"] = resource.kind;
  json& spec = workload["spec"];
  json& pod = spec["template"]["spec"];
  if (resource == kube::resources::kStatefulSets) {
    spec["serviceName"] = "api";
    spec["updateStrategy"] = {{"type", "RollingUpdate"}};
    spec["volumeClaimTemplates"] =
        json::array({{{"metadata", {{"name", "data"}}},
                      {"spec", {{"accessModes", json::array({"ReadWriteOnce"})}}}}});
    pod.erase("volumes");
  } else if (resource == kube::resources::kDaemonSets) {
    spec.erase("replicas");
    spec["updateStrategy"] = {{"type", "RollingUpdate"}};
    pod["hostNetwork"] = true;
    ContainerOf(workload, "api")["ports"] =
        json::array({{{"containerPort", 80}, {"hostPort", 80}, {"protocol", "TCP"}}});
  }
  return workload;
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

}  // namespace hawser::testing
