// hawser status: the table of hawser ls, or one session with what its agents say right now.
#include "local-cli/cluster/ask_agents.h"
#include "local-cli/commands/command.h"

namespace hawser::cli {

namespace {

Status ShowOne(const Cluster& cluster, const std::string& name, Environment& environment) {
  const kube::ObjectKey key{.ns = cluster.ns, .name = name};
  SessionReport report;
  HAWSER_ASSIGN_OR_RETURN(report.session, FindSession(*cluster.api, key));
  HAWSER_ASSIGN_OR_RETURN(auto pods, ListPods(*cluster.api, key));
  SessionDialer dialer(*cluster.api, cluster.ways(), key);
  dialer.Learn(pods);
  report.pods = AskStatus(
      {.dialer = dialer, .session = key, .pods = std::move(pods), .stop = environment.stop},
      kAskPatience);
  environment.renderer.Show(report);
  return OkStatus();
}

}  // namespace

Status RunStatus(const StatusOptions& options, Environment& environment) {
  if (options.session.empty()) return RunLs({.wide = options.wide}, environment);
  HAWSER_ASSIGN_OR_RETURN(const Cluster cluster, environment.connect());
  return ShowOne(cluster, options.session, environment);
}

}  // namespace hawser::cli
