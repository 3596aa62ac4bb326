// hawser logs: the app's output from the agent that keeps it, followed across restarts and
// reconnects.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/backoff.h"
#include "lib/base/random.h"
#include "lib/base/text.h"
#include "local-cli/cluster/agents.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/command.h"
#include "local-cli/commands/log_cursor.h"
#include "local-cli/interrupt.h"

namespace hawser::cli {

namespace {

constexpr Duration kLogDialPatience = std::chrono::seconds(10);
constexpr uint32_t kAllKept = 1U << 20;
/// How far back to begin in a pod that takes the place of another.
constexpr uint32_t kOtherPodTail = 64U << 10;

/// Prints one session's log, connection after connection.
class LogPrinter {
 public:
  LogPrinter(const Cluster& cluster, const LogsOptions& options, Environment& environment)
      : cluster_(cluster),
        options_(options),
        environment_(environment),
        session_{.ns = cluster.ns, .name = options.session},
        dialer_(*cluster.api, cluster.ways(), session_) {}

  /// Prints until the agent has no more to say; with follow, never ok but on a stop request.
  Status PrintOnce() {
    HAWSER_ASSIGN_OR_RETURN(const std::string pod, ChoosePod());
    HAWSER_ASSIGN_OR_RETURN(const AgentConnection connection,
                            ConnectAgent(dialer_, pod, MakeHello(wire::Role::kObserve, session_),
                                         In(kLogDialPatience), environment_.stop));
    const std::stop_callback close(environment_.stop, [&] { connection.channel->Close(); });
    connected_ = true;
    if (pod_.empty()) return Begin(pod, *connection.channel);
    return Follow(pod, *connection.channel);
  }

  /// True once since the last call when a connection was made.
  bool TakeConnected() { return std::exchange(connected_, false); }

 private:
  Result<std::string> ChoosePod() {
    if (!options_.pod.empty()) return options_.pod;
    HAWSER_ASSIGN_OR_RETURN(const std::vector<PodView> pods, ListPods(*cluster_.api, session_));
    dialer_.Learn(pods);
    const auto running = std::find_if(pods.begin(), pods.end(),
                                      [](const PodView& pod) { return pod.agent_running; });
    if (running != pods.end()) return running->name;
    HAWSER_ASSIGN_OR_RETURN(const auto session, FindSession(*cluster_.api, session_));
    if (!pods.empty()) {
      return UnavailableError("pod " + pods.front().name + " does not run yet; " +
                              pods.front().waiting);
    }
    return UnavailableError("the session has no pods; " + ExplainNotReady(session));
  }

  /// The first connection: what is kept, cut to --tail, and on from there.
  Status Begin(const std::string& pod, wire::Channel& channel) {
    if (options_.tail < 0 && options_.follow) return Follow(pod, channel);
    std::string kept;
    LogCursor cursor;  // kept only when all was read: nothing is printed before
    HAWSER_RETURN_IF_ERROR(
        Read(channel, {.follow = false, .tail_bytes = kAllKept},
             [&](const wire::LogChunk& chunk) { kept += cursor.Take(chunk).bytes; }));
    pod_ = pod;
    cursor_ = cursor;
    Print(options_.tail < 0 ? kept : LastLines(kept, options_.tail));
    return options_.follow ? Follow(pod, channel) : OkStatus();
  }

  /// On from the last printed byte, for ever.
  Status Follow(const std::string& pod, wire::Channel& channel) {
    const bool other = !pod_.empty() && pod != pod_;
    pod_ = pod;
    return Read(
        channel,
        {.follow = true, .tail_bytes = other ? kOtherPodTail : kAllKept, .from = cursor_.next()},
        [this](const wire::LogChunk& chunk) {
          const LogCursor::Fresh fresh = cursor_.Take(chunk);
          if (fresh.missed > 0) TellMissed(fresh.missed);
          Print(fresh.bytes);
        });
  }

  void Print(std::string_view bytes) {
    if (!bytes.empty()) environment_.renderer.ShowOutput(pod_, bytes);
  }

  void TellMissed(uint64_t bytes) {
    environment_.renderer.Show(
        Warning{FormatBytes(bytes) + " of output are missing here: the agent keeps the last MiB"});
  }

  template <typename Sink>
  Status Read(wire::Channel& channel, const wire::LogRequest& request, const Sink& sink) {
    HAWSER_RETURN_IF_ERROR(channel.Send(request, In(kLogDialPatience)));
    while (true) {
      HAWSER_ASSIGN_OR_RETURN(const wire::Message message, channel.Receive(kNoDeadline));
      if (const auto* reject = std::get_if<wire::Reject>(&message)) return RejectStatus(*reject);
      const auto* chunk = std::get_if<wire::LogChunk>(&message);
      if (chunk == nullptr) continue;
      sink(*chunk);
      if (chunk->last) return OkStatus();
    }
  }

  const Cluster& cluster_;
  const LogsOptions& options_;
  Environment& environment_;
  const kube::ObjectKey session_;
  SessionDialer dialer_;
  LogCursor cursor_;
  std::string pod_;  ///< whose output was printed last; empty: none yet
  bool connected_ = false;
};

}  // namespace

Status RunLogs(const LogsOptions& options, Environment& environment) {
  HAWSER_ASSIGN_OR_RETURN(const Cluster cluster, environment.connect());
  HAWSER_RETURN_IF_ERROR(
      FindSession(*cluster.api, {.ns = cluster.ns, .name = options.session}).status());
  LogPrinter printer(cluster, options, environment);
  if (!options.follow) return printer.PrintOnce();

  Backoff backoff({.max = std::chrono::seconds(5)}, RandomU64());
  bool told = false;
  while (!environment.stop.stop_requested()) {
    const Status status = printer.PrintOnce();
    if (environment.stop.stop_requested()) break;
    if (printer.TakeConnected()) {
      backoff.Reset();
      told = false;
    } else if (!IsRetryable(status) && status.code() != Code::kNotFound) {
      return status;
    }
    if (!status.ok() && !std::exchange(told, true)) {
      environment.renderer.Show(Warning{"log stream ended, connecting again: " + status.message()});
    }
    if (!WaitFor(backoff.Next(), environment.stop)) break;
  }
  return OkStatus();
}

}  // namespace hawser::cli
