// hawser pull: fetches files that the pod made or changed into the workspace.
#include <algorithm>
#include <memory>

#include "local-cli/cluster/pod_files_client.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/command.h"
#include "local-cli/commands/open_session.h"
#include "local-cli/loop/open_workspace.h"
#include "local-cli/loop/puller.h"
#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

constexpr Duration kDialPullPatience = std::chrono::seconds(10);
constexpr Duration kPullPatience = std::chrono::minutes(10);

/// The pod that was asked for, or the first by name that can be asked.
Result<std::string> ChoosePod(const std::vector<PodView>& pods, const PullOptions& options,
                              const devsession::DevSession& session) {
  std::vector<const PodView*> running;
  for (const PodView& pod : pods) {
    if (!options.pod.empty() && pod.name == options.pod) return pod.name;
    if (pod.agent_running) running.push_back(&pod);
  }
  if (!options.pod.empty()) {
    return NotFoundError("session " + options.session + " has no pod " + options.pod);
  }
  if (running.empty()) {
    return FailedPreconditionError("session " + options.session +
                                   " has no pod that can be asked; " + ExplainNotReady(session));
  }
  const auto ready =
      std::find_if(running.begin(), running.end(), [](const PodView* pod) { return pod->ready; });
  return ready == running.end() ? running.front()->name : (*ready)->name;
}

/// Shows everything; a failure when something needs a person.
Status Tell(const std::vector<FilePulled>& events, Renderer& renderer) {
  uint64_t conflicts = 0;
  uint64_t failures = 0;
  for (const FilePulled& event : events) {
    renderer.Show(Event(event));
    conflicts += event.outcome == FilePulled::Outcome::kConflict ? 1 : 0;
    failures += event.outcome == FilePulled::Outcome::kFailed ? 1 : 0;
  }
  if (events.empty())
    renderer.Show(Event(Notice{"nothing to pull: the pod changed nothing there"}));
  if (failures > 0)
    return FailedPreconditionError(Count(failures, "path") + " could not be pulled");
  if (conflicts == 0) return OkStatus();
  return FailedPreconditionError(Count(conflicts, "file") +
                                 " changed here and in the pod: merge what is in *.hawser-pod, "
                                 "then push");
}

}  // namespace

Status RunPull(const PullOptions& options, Environment& environment) {
  HAWSER_ASSIGN_OR_RETURN(const OpenedSession opened,
                          OpenSession(options.session, options.directory, environment));
  HAWSER_ASSIGN_OR_RETURN(const OpenedWorkspace workspace,
                          OpenWorkspace(opened.settings, opened.root));
  HAWSER_ASSIGN_OR_RETURN(const sync::PullSelection selection,
                          sync::PullSelection::Make(
                              std::make_shared<const sync::Rules>(workspace.rules), options.paths));
  HAWSER_ASSIGN_OR_RETURN(const std::vector<PodView> pods,
                          ListPods(*opened.cluster.api, opened.key));
  HAWSER_ASSIGN_OR_RETURN(const std::string pod, ChoosePod(pods, options, opened.session));
  HAWSER_ASSIGN_OR_RETURN(const sync::ScanResult scan, workspace.scanner->ScanAll());

  SessionDialer dialer(*opened.cluster.api, opened.cluster.ways(), opened.key);
  dialer.Learn(pods);
  HAWSER_ASSIGN_OR_RETURN(const AgentConnection connection,
                          ConnectAgent(dialer, pod, MakeHello(wire::Role::kObserve, opened.key),
                                       In(kDialPullPatience), environment.stop));
  const std::stop_callback stopped(environment.stop, [&] { connection.channel->Close(); });
  PodFilesClient client(*connection.channel);
  Puller puller({.pod = pod, .root = opened.root, .dry_run = options.dry_run}, {});
  HAWSER_ASSIGN_OR_RETURN(const std::vector<FilePulled> events,
                          puller.Look(client, {*scan.snapshot, selection}, In(kPullPatience)));
  return Tell(events, environment.renderer);
}

}  // namespace hawser::cli
