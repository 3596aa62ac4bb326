// hawser forward: local ports that lead to a session's pods, while pods come and go.
#include <utility>

#include "local-cli/cluster/activity_reporter.h"
#include "local-cli/cluster/session_view.h"
#include "local-cli/commands/command.h"
#include "local-cli/forward/forwarder.h"

namespace hawser::cli {

namespace {

constexpr char kWaking[] = "the session sleeps for want of use: waking it";

}  // namespace

Status RunForward(const ForwardOptions& options, Environment& environment) {
  HAWSER_ASSIGN_OR_RETURN(const Cluster cluster, environment.connect());
  const kube::ObjectKey key{.ns = cluster.ns, .name = options.session};
  HAWSER_ASSIGN_OR_RETURN(devsession::DevSession session, FindSession(*cluster.api, key));
  ActivityReporter activity(*cluster.api, environment.clock, session, [&](const Status& why) {
    environment.renderer.Show(Event(Warning{UseNotTold(why)}));
  });
  activity.Note();
  if (IsAsleep(session)) environment.renderer.Show(Event(Notice{kWaking}));
  Forwarder forwarder({.tunnel = *cluster.tunnel,
                       .clock = environment.clock,
                       .local = {.addresses = options.addresses, .next_free = options.next_free},
                       .show = [&](const Event& event) { environment.renderer.Show(event); },
                       .on_use = [&activity] { activity.Note(); }},
                      {.requests = options.ports,
                       .tell_connections = options.tell_connections,
                       .session = std::move(session)});
  const SessionView view(*cluster.api, environment.clock, key, [&](const SessionNews& news) {
    activity.Tell(news);
    forwarder.Tell(news);
  });
  return forwarder.Run(environment.stop);
}

}  // namespace hawser::cli
