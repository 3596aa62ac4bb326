// hawser version: this program, and what runs in the cluster if that can be reached.
#include "lib/base/version.h"

#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "lib/devsession/devsession.h"
#include "lib/kube/object.h"
#include "local-cli/cluster/ask_agents.h"
#include "local-cli/cluster/installation.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/command.h"

namespace hawser::cli {

namespace {

/// The pods of the namespace that serve a session, by session; none where they can't be listed.
std::map<std::string, std::vector<PodView>> PodsBySession(const Cluster& cluster) {
  const Result<kube::ObjectList> list = cluster.api->List(
      kube::resources::kPods, {.ns = cluster.ns, .label_selector = devsession::kSessionLabel});
  std::map<std::string, std::vector<PodView>> sessions;
  if (!list.ok()) return sessions;
  for (const nlohmann::json& object : list->items) {
    const std::string session = kube::LabelOf(object, devsession::kSessionLabel);
    if (PodView pod = ParsePod(object); !pod.ending) sessions[session].push_back(std::move(pod));
  }
  return sessions;
}

std::vector<PodReport> AskSession(const Cluster& cluster, const std::string& name,
                                  const std::vector<PodView>& pods, const std::stop_token& stop) {
  const kube::ObjectKey key{.ns = cluster.ns, .name = name};
  SessionDialer dialer(*cluster.api, cluster.ways(), key);
  dialer.Learn(pods);
  return AskStatus({.dialer = dialer, .session = key, .pods = pods, .stop = stop}, kAskPatience);
}

/// What each agent of the namespace says it is, all asked at the same time.
std::vector<AgentVersion> AskVersions(const Cluster& cluster, const std::stop_token& stop) {
  const std::map<std::string, std::vector<PodView>> sessions = PodsBySession(cluster);
  std::map<std::string, std::vector<PodReport>> answers;
  for (const auto& [name, pods] : sessions) answers[name] = {};
  {
    std::vector<std::jthread> threads;
    for (auto& [name, reports] : answers) {
      threads.emplace_back([&, &name = name, &reports = reports] {
        reports = AskSession(cluster, name, sessions.at(name), stop);
      });
    }
  }
  std::vector<AgentVersion> agents;
  for (const auto& [name, reports] : answers) {
    for (const PodReport& pod : reports) {
      agents.push_back(
          {.pod = pod.name, .version = pod.agent.agent_version, .error = pod.agent.error});
    }
  }
  return agents;
}

void DescribeCluster(const Cluster& cluster, const std::stop_token& stop, VersionReport& report) {
  const Result<std::string> server = ServerVersion(*cluster.api);
  if (!server.ok()) {
    report.cluster_error = server.status().message();
    return;
  }
  report.server = *server;
  const Result<ControllerState> controller = FindController(*cluster.api);
  if (controller.ok()) report.controller_image = controller->image;
  report.agents = AskVersions(cluster, stop);
}

}  // namespace

Status RunVersion(const VersionOptions&, Environment& environment) {
  VersionReport report{.client = kVersion};
  const Result<Cluster> cluster = environment.connect();
  if (cluster.ok()) {
    DescribeCluster(*cluster, environment.stop, report);
  } else {
    report.cluster_error = cluster.status().message();
  }
  environment.renderer.Show(report);
  return OkStatus();
}

}  // namespace hawser::cli
