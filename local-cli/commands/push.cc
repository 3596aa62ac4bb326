// hawser push: brings a session's pods to the state of a directory, once or on every save.
#include "lib/devsession/devsession.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/command.h"
#include "local-cli/loop/open_workspace.h"
#include "local-cli/loop/push_loop.h"

namespace hawser::cli {

namespace {

PushMachineOptions MakeOptions(const PushOptions& options, const Environment& environment,
                               devsession::DevSession session, const std::string& directory) {
  return {.watch = options.watch,
          .barrier = options.wait,
          .yes = options.yes,
          .timeline = options.timeline,
          .interactive = environment.interactive,
          .directory = directory,
          .give_up_at = options.watch ? kNoDeadline : environment.clock.Now() + options.timeout,
          .session = std::move(session)};
}

}  // namespace

Status RunPush(const PushOptions& options, Environment& environment) {
  HAWSER_ASSIGN_OR_RETURN(const std::string directory, WorkspaceDirectory(options.directory));
  HAWSER_ASSIGN_OR_RETURN(const Cluster cluster, environment.connect());
  const kube::ObjectKey key{.ns = cluster.ns, .name = options.session};
  SessionDialer dialer(*cluster.api, *cluster.tunnel, key);
  const PushParts parts{.api = *cluster.api,
                        .dialer = dialer,
                        .renderer = environment.renderer,
                        .clock = environment.clock,
                        .stop = environment.stop,
                        .poll = options.poll};
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(devsession::DevSession session, FindSession(*cluster.api, key));
    if (session.deleting) {
      return FailedPreconditionError("session " + key.name + " is being deleted");
    }
    HAWSER_ASSIGN_OR_RETURN(const SyncSettings settings, MakeSettings(session, directory));
    const Finish finish =
        RunPushLoop(parts, MakeOptions(options, environment, std::move(session), directory),
                    settings, directory);
    if (!finish.again) return finish.status;
  }
}

}  // namespace hawser::cli
