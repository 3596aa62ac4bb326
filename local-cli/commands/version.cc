// hawser version: this program, and what runs in the cluster if that can be reached.
#include "lib/base/version.h"

#include <nlohmann/json.hpp>

#include "lib/devsession/devsession.h"
#include "lib/kube/object.h"
#include "local-cli/cluster/installation.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/command.h"

namespace hawser::cli {

namespace {

/// The agent image of each pod of the namespace that serves a session: its tag is the agent's
/// version.
std::vector<AgentVersion> ListAgents(const Cluster& cluster) {
  const Result<kube::ObjectList> pods = cluster.api->List(
      kube::resources::kPods, {.ns = cluster.ns, .label_selector = devsession::kSessionLabel});
  std::vector<AgentVersion> agents;
  if (!pods.ok()) return agents;
  for (const nlohmann::json& pod : pods->items) {
    const std::string image = ContainerImage(pod, "/spec/containers", "hawser-agent");
    if (!image.empty()) agents.push_back({.pod = kube::NameOf(pod), .version = image});
  }
  return agents;
}

void DescribeCluster(const Cluster& cluster, VersionReport& report) {
  const Result<std::string> server = ServerVersion(*cluster.api);
  if (!server.ok()) {
    report.cluster_error = server.status().message();
    return;
  }
  report.server = *server;
  const Result<ControllerState> controller = FindController(*cluster.api);
  if (controller.ok()) report.controller_image = controller->image;
  report.agents = ListAgents(cluster);
}

}  // namespace

Status RunVersion(const VersionOptions&, Environment& environment) {
  VersionReport report{.client = kVersion};
  const Result<Cluster> cluster = environment.connect();
  if (cluster.ok()) {
    DescribeCluster(*cluster, report);
  } else {
    report.cluster_error = cluster.status().message();
  }
  environment.renderer.Show(report);
  return OkStatus();
}

}  // namespace hawser::cli
