// hawser restart: restarts the app's process in every pod of a session.
#include <algorithm>

#include "local-cli/cluster/activity_reporter.h"
#include "local-cli/cluster/ask_agents.h"
#include "local-cli/cluster/restart_count.h"
#include "local-cli/commands/command.h"
#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

/// An app may use its whole grace period to end.
constexpr Duration kRestartPatience = std::chrono::seconds(60);

/// That the count could not be kept does not undo the restart.
void KeepCount(const Cluster& cluster, const kube::ObjectKey& session, const RestartReport& report,
               Environment& environment) {
  std::vector<std::string> pods;
  for (const PodRestart& pod : report.pods) {
    if (pod.error.empty()) pods.push_back(pod.pod);
  }
  if (pods.empty()) return;
  const Status counted = CountRestart(*cluster.api, session, pods, environment.clock.WallNow());
  if (counted.ok()) return;
  environment.renderer.Show(
      Event(Warning{"the restart is not counted in the session's status: " + counted.message()}));
}

}  // namespace

Status RunRestart(const RestartOptions& options, Environment& environment) {
  HAWSER_ASSIGN_OR_RETURN(const Cluster cluster, environment.connect());
  const kube::ObjectKey key{.ns = cluster.ns, .name = options.session};
  HAWSER_ASSIGN_OR_RETURN(const devsession::DevSession session, FindSession(*cluster.api, key));
  ActivityReporter activity(*cluster.api, environment.clock, session, [&](const Status& why) {
    environment.renderer.Show(Event(Warning{UseNotTold(why)}));
  });
  activity.Note();
  HAWSER_ASSIGN_OR_RETURN(auto pods, ListPods(*cluster.api, key));
  if (pods.empty()) {
    return FailedPreconditionError("session " + options.session + " has no pods; " +
                                   ExplainNotReady(session));
  }
  SessionDialer dialer(*cluster.api, cluster.ways(), key);
  dialer.Learn(pods);
  const RestartReport report{AskRestart(
      {.dialer = dialer, .session = key, .pods = std::move(pods), .stop = environment.stop},
      kRestartPatience)};
  environment.renderer.Show(report);
  KeepCount(cluster, key, report, environment);
  const auto failed = std::count_if(report.pods.begin(), report.pods.end(),
                                    [](const PodRestart& pod) { return !pod.error.empty(); });
  if (failed == 0) return OkStatus();
  return UnavailableError("not restarted in " + Count(static_cast<uint64_t>(failed), "pod") +
                          "; 'hawser status " + options.session + "' shows their state");
}

}  // namespace hawser::cli
