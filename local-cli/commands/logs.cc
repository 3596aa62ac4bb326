// hawser logs: the app's output from the agent that keeps it, followed across restarts and
// reconnects.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/backoff.h"
#include "lib/base/random.h"
#include "local-cli/cluster/agents.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/command.h"
#include "local-cli/commands/log_history.h"
#include "local-cli/interrupt.h"

namespace hawser::cli {

namespace {

constexpr Duration kLogDialPatience = std::chrono::seconds(10);
constexpr uint32_t kAllKept = 1U << 20;

/// Prints one session's log, connection after connection.
class LogPrinter {
 public:
  LogPrinter(const Cluster& cluster, const LogsOptions& options, Environment& environment)
      : cluster_(cluster),
        options_(options),
        environment_(environment),
        session_{.ns = cluster.ns, .name = options.session},
        dialer_(*cluster.api, *cluster.tunnel, session_) {}

  /// Prints until the agent has no more to say; with follow, never ok but on a stop request.
  Status PrintOnce() {
    HAWSER_ASSIGN_OR_RETURN(const std::string pod, ChoosePod());
    HAWSER_ASSIGN_OR_RETURN(const AgentConnection connection,
                            ConnectAgent(dialer_, pod, MakeHello(wire::Role::kObserve, session_),
                                         In(kLogDialPatience)));
    const std::stop_callback close(environment_.stop, [&] { connection.channel->Close(); });
    connected_ = true;
    if (started_) return Continue(pod, *connection.channel);
    return Begin(pod, *connection.channel);
  }

  /// True once since the last call when a connection was made.
  bool TakeConnected() { return std::exchange(connected_, false); }

 private:
  Result<std::string> ChoosePod() {
    if (!options_.pod.empty()) return options_.pod;
    HAWSER_ASSIGN_OR_RETURN(const std::vector<PodView> pods, ListPods(*cluster_.api, session_));
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

  void Print(const std::string& pod, std::string_view bytes) {
    started_ = true;
    if (bytes.empty()) return;
    environment_.renderer.ShowOutput(pod, bytes);
    history_.Add(bytes);
  }

  /// The first connection: what is kept, cut to --tail, and on from there.
  Status Begin(const std::string& pod, wire::Channel& channel) {
    if (options_.tail < 0) {
      return Stream(pod, channel, {.follow = options_.follow, .tail_bytes = kAllKept});
    }
    std::string kept;
    HAWSER_RETURN_IF_ERROR(Read(channel, {.follow = false, .tail_bytes = kAllKept},
                                [&](std::string_view bytes) { kept += bytes; }));
    started_ = true;
    history_.Add(kept);
    environment_.renderer.ShowOutput(pod, LastLines(kept, options_.tail));
    return options_.follow ? Continue(pod, channel) : OkStatus();
  }

  /// A later connection: what was kept since the last printed byte, and on from there.
  Status Continue(const std::string& pod, wire::Channel& channel) {
    bool first = true;
    return Read(channel, {.follow = true, .tail_bytes = LogHistory::kKept},
                [&](std::string_view bytes) {
                  Print(pod, std::exchange(first, false) ? history_.NotYetPrinted(bytes) : bytes);
                });
  }

  Status Stream(const std::string& pod, wire::Channel& channel, const wire::LogRequest& request) {
    return Read(channel, request, [&](std::string_view bytes) { Print(pod, bytes); });
  }

  template <typename Sink>
  Status Read(wire::Channel& channel, const wire::LogRequest& request, const Sink& sink) {
    HAWSER_RETURN_IF_ERROR(channel.Send(request, In(kLogDialPatience)));
    while (true) {
      HAWSER_ASSIGN_OR_RETURN(const wire::Message message, channel.Receive(kNoDeadline));
      if (const auto* reject = std::get_if<wire::Reject>(&message)) return RejectStatus(*reject);
      const auto* chunk = std::get_if<wire::LogChunk>(&message);
      if (chunk == nullptr) continue;
      sink(chunk->bytes);
      if (chunk->last) return OkStatus();
    }
  }

  const Cluster& cluster_;
  const LogsOptions& options_;
  Environment& environment_;
  const kube::ObjectKey session_;
  SessionDialer dialer_;
  LogHistory history_;
  bool started_ = false;
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
