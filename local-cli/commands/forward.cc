// hawser forward: local ports that lead to a session's pods, and ports of the pods that lead back,
// while pods come and go.
#include <optional>
#include <thread>
#include <utility>

#include "lib/base/random.h"
#include "local-cli/cluster/activity_reporter.h"
#include "local-cli/cluster/session_dialer.h"
#include "local-cli/cluster/session_view.h"
#include "local-cli/commands/command.h"
#include "local-cli/forward/forwarder.h"
#include "local-cli/forward/reverse_forwarder.h"

namespace hawser::cli {

namespace {

constexpr char kWaking[] = "the session sleeps for want of use: waking it";

/// What is to run; either may be missing.
struct Directions {
  std::optional<Forwarder> there;
  std::optional<ReverseForwarder> back;

  void Tell(const SessionNews& news) {
    if (there) there->Tell(news);
    if (back) back->Tell(news);
  }
};

/// Runs until both have ended; the end of one is the end of the other.
Status RunBoth(Directions& directions, const std::stop_token& stop) {
  std::stop_source both;
  const std::stop_callback stopped(stop, [&] { both.request_stop(); });
  Status back;
  std::jthread backwards;
  if (directions.back) {
    backwards = std::jthread([&] {
      back = directions.back->Run(both.get_token());
      both.request_stop();
    });
  }
  Status there;
  if (directions.there) {
    there = directions.there->Run(both.get_token());
    both.request_stop();
  }
  if (backwards.joinable()) backwards.join();
  return there.ok() ? back : there;
}

}  // namespace

Status RunForward(const ForwardOptions& options, Environment& environment) {
  HAWSER_ASSIGN_OR_RETURN(const Cluster cluster, environment.connect());
  const kube::ObjectKey key{.ns = cluster.ns, .name = options.session};
  HAWSER_ASSIGN_OR_RETURN(const devsession::DevSession session, FindSession(*cluster.api, key));
  HAWSER_RETURN_IF_ERROR(CheckReverse(options.reverse, session));
  const auto show = [&](const Event& event) { environment.renderer.Show(event); };
  ActivityReporter activity(*cluster.api, environment.clock, session,
                            [&](const Status& why) { show(Warning{UseNotTold(why)}); });
  activity.Note();
  if (IsAsleep(session)) show(Notice{kWaking});
  const auto on_use = [&activity] { activity.Note(); };
  SessionDialer dialer(*cluster.api, cluster.ways(), key);
  Directions directions;
  if (!options.ports.empty() || options.reverse.empty()) {
    directions.there.emplace(
        ForwardParts{.tunnel = *cluster.tunnel,
                     .clock = environment.clock,
                     .local = {.addresses = options.addresses, .next_free = options.next_free},
                     .show = show,
                     .on_use = on_use},
        ForwardMachineOptions{.requests = options.ports,
                              .tell_connections = options.tell_connections,
                              .session = session});
  }
  if (!options.reverse.empty()) {
    directions.back.emplace(
        ReverseParts{.dialer = dialer, .clock = environment.clock, .show = show, .on_use = on_use},
        ReverseMachineOptions{.requests = options.reverse,
                              .tell_connections = options.tell_connections,
                              .session = session,
                              .seed = RandomU64()});
  }
  const SessionView view(*cluster.api, environment.clock, key, [&](const SessionNews& news) {
    if (const auto* seen = std::get_if<PodsSeen>(&news)) dialer.Learn(seen->pods);
    activity.Tell(news);
    directions.Tell(news);
  });
  return RunBoth(directions, environment.stop);
}

}  // namespace hawser::cli
