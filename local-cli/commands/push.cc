// hawser push: brings a session's pods to the state of a directory, once or on every save.
#include <utility>

#include "lib/devsession/devsession.h"
#include "local-cli/commands/command.h"
#include "local-cli/commands/open_session.h"
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
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(OpenedSession opened,
                            OpenSession(options.session, options.directory, environment));
    if (opened.session.deleting) {
      return FailedPreconditionError("session " + opened.key.name + " is being deleted");
    }
    SessionDialer dialer(*opened.cluster.api, *opened.cluster.tunnel, opened.key);
    const PushParts parts{.api = *opened.cluster.api,
                          .dialer = dialer,
                          .renderer = environment.renderer,
                          .clock = environment.clock,
                          .stop = environment.stop,
                          .poll = options.poll};
    const Finish finish = RunPushLoop(
        parts, MakeOptions(options, environment, std::move(opened.session), opened.root),
        opened.settings, opened.root);
    if (!finish.again) return finish.status;
  }
}

}  // namespace hawser::cli
