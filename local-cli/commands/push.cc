// hawser push: brings a session's pods to the state of a directory, once or on every save.
#include <memory>
#include <thread>
#include <utility>

#include "lib/devsession/devsession.h"
#include "local-cli/cluster/activity_reporter.h"
#include "local-cli/commands/command.h"
#include "local-cli/commands/open_session.h"
#include "local-cli/forward/forwarder.h"
#include "local-cli/loop/push_loop.h"

namespace hawser::cli {

namespace {

/// Whoever waits for pods works on the session, however long they take to start; but pods that
/// never start keep nothing awake for ever.
constexpr Duration kLongestStart = std::chrono::minutes(30);

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

ActivityReporter::Refused ShowRefusal(const Environment& environment) {
  return [&renderer = environment.renderer](const Status& why) {
    renderer.Show(Event(Warning{UseNotTold(why)}));
  };
}

/// Forwards the ports that the session asks to have locally, on a thread of its own, for as long as
/// this lives; connections outlive a change of the session's spec.
class ForwardedPorts {
 public:
  ForwardedPorts(Cluster cluster, devsession::DevSession session, Environment& environment)
      : cluster_(std::move(cluster)),
        activity_(*cluster_.api, environment.clock, session, ShowRefusal(environment)),
        forwarder_({.tunnel = *cluster_.tunnel,
                    .clock = environment.clock,
                    .local = {.addresses = {"127.0.0.1", "::1"}},
                    .show = [&](const Event& event) { environment.renderer.Show(event); },
                    .on_use = [this] { activity_.Note(); }},
                   {.aside = true, .session = std::move(session)}),
        thread_([this](const std::stop_token& stop) { (void)forwarder_.Run(stop); }) {}

  void Tell(const SessionNews& news) {
    activity_.Tell(news);
    forwarder_.Tell(news);
  }

 private:
  const Cluster cluster_;
  ActivityReporter activity_;
  Forwarder forwarder_;
  std::jthread thread_;
};

}  // namespace

Status RunPush(const PushOptions& options, Environment& environment) {
  std::unique_ptr<ForwardedPorts> ports;
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(OpenedSession opened,
                            OpenSession(options.session, options.directory, environment));
    if (opened.session.deleting) {
      return FailedPreconditionError("session " + opened.key.name + " is being deleted");
    }
    if (options.watch && options.forward && ports == nullptr) {
      HAWSER_ASSIGN_OR_RETURN(Cluster cluster, environment.connect());
      ports = std::make_unique<ForwardedPorts>(std::move(cluster), opened.session, environment);
    }
    ActivityReporter activity(*opened.cluster.api, environment.clock, opened.session,
                              ShowRefusal(environment));
    activity.Hold(options.watch ? kLongestStart : options.timeout);
    SessionDialer dialer(*opened.cluster.api, opened.cluster.ways(), opened.key);
    const PushParts parts{.api = *opened.cluster.api,
                          .dialer = dialer,
                          .renderer = environment.renderer,
                          .clock = environment.clock,
                          .stop = environment.stop,
                          .listener =
                              [&](const SessionNews& news) {
                                activity.Tell(news);
                                if (const auto* seen = std::get_if<PodsSeen>(&news)) {
                                  dialer.Learn(seen->pods);
                                }
                                if (ports != nullptr) ports->Tell(news);
                              },
                          .on_change = [&activity] { activity.Note(); },
                          .on_settled = [&activity] { activity.Release(); },
                          .poll = options.poll};
    const Finish finish = RunPushLoop(
        parts, MakeOptions(options, environment, std::move(opened.session), opened.root),
        opened.settings, opened.root);
    if (!finish.again) return finish.status;
  }
}

}  // namespace hawser::cli
