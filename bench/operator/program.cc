// Starts the controller, and reads what it tells over HTTP.
#include "bench/operator/program.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "bench/scratch.h"

namespace hawser::bench {

namespace {

constexpr char kPort[] = "18081";
/// Seldom enough that telling takes next to nothing of what it measures.
constexpr auto kLook = std::chrono::milliseconds(100);

/// The value of a series in Prometheus' text format; 0 when it is not there.
double Value(const std::string& text, std::string_view series) {
  const std::string start = "\n" + std::string(series) + " ";
  const size_t at = text.find(start);
  return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + start.size(), nullptr);
}

}  // namespace

Result<Program> Program::Start(const ProgramOptions& options) {
  HAWSER_ASSIGN_OR_RETURN(
      std::unique_ptr<http::Transport> transport,
      http::MakeTransport({.base_url = std::string("http://127.0.0.1:") + kPort}));
  HAWSER_ASSIGN_OR_RETURN(
      Process process,
      Process::Start({options.binary, "--agent-image", kAgentImage, "--kubeconfig",
                      options.kubeconfig, "--health-port", kPort, "--log-level", "warning"},
                     0, options.log));
  return Program(std::move(process), std::move(transport));
}

Status Program::AwaitReady(Duration limit) {
  const auto ready = [&] {
    const Result<http::Response> answer = transport_->Send({.path = "/readyz"});
    return answer.ok() && answer->status == 200 && State().adds > 0;
  };
  return PollUntil(ready, kLook, limit) ? OkStatus()
                                        : DeadlineExceededError("the controller is not ready");
}

Status Program::AwaitQuiet(double count, Duration limit) {
  const auto quiet = [&] {
    const ProgramState state = State();
    return state.adds >= count && state.waiting == 0 && state.working == 0;
  };
  return PollUntil(quiet, kLook, limit)
             ? OkStatus()
             : DeadlineExceededError("the controller's queue is not empty");
}

ProgramState Program::State() {
  const Result<http::Response> answer = transport_->Send({.path = "/metrics"});
  if (!answer.ok()) return {};
  const std::string text = "\n" + answer->body;
  return {.cpu_seconds = Value(text, "process_cpu_seconds_total"),
          .resident_kib = Value(text, "process_resident_memory_bytes") / 1024,
          .adds = Value(text, "workqueue_adds_total{name=\"devsession\"}"),
          .waiting = Value(text, "workqueue_depth{name=\"devsession\"}"),
          .working = Value(text, "workqueue_unfinished_work_seconds{name=\"devsession\"}")};
}

}  // namespace hawser::bench
