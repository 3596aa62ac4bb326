// hawser-cluster: all of hawser's commands. Reads the command line, wires the real cluster,
// renderer and clock, and runs one command.
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/text.h"
#include "local-cli/arguments.h"
#include "local-cli/commands/command.h"
#include "local-cli/interrupt.h"
#include "local-cli/render/output_stream.h"
#include "local-cli/starlark/command.h"

namespace hawser::cli {

namespace {

Result<Cluster> Connect(const GlobalOptions& options) {
  HAWSER_ASSIGN_OR_RETURN(const kube::ClusterConfig config, kube::LoadConfig(options.cluster));
  Cluster cluster{
      .tunnel = MakePortForwardTunnel(config), .ns = config.ns, .server = config.server};
  if (options.direct) cluster.direct = MakeDirectPath();
  HAWSER_ASSIGN_OR_RETURN(cluster.api, kube::MakeApi(config));
  return cluster;
}

std::unique_ptr<Renderer> MakeRenderer(const GlobalOptions& options, std::ostream& out,
                                       const Clock& clock) {
  if (options.json) return MakeJsonRenderer(out, clock);
  return MakeTextRenderer(out, std::cerr, StyleOfStandardOutput());
}

struct Runner {
  Environment& environment;
  Status operator()(const PushOptions& options) const { return RunPush(options, environment); }
  Status operator()(const PlanOptions& options) const { return RunPlan(options, environment); }
  Status operator()(const PullOptions& options) const { return RunPull(options, environment); }
  Status operator()(const LsOptions& options) const { return RunLs(options, environment); }
  Status operator()(const StatusOptions& options) const { return RunStatus(options, environment); }
  Status operator()(const LogsOptions& options) const { return RunLogs(options, environment); }
  Status operator()(const ForwardOptions& options) const {
    return RunForward(options, environment);
  }
  Status operator()(const RestartOptions& options) const {
    return RunRestart(options, environment);
  }
  Status operator()(const VersionOptions& options) const {
    return RunVersion(options, environment);
  }
  Status operator()(const DoctorOptions& options) const { return RunDoctor(options, environment); }
  Status operator()(const StarlarkOptions&) const { return InternalError("needs no cluster"); }
};

int Run(const Invocation& invocation) {
  const GlobalOptions& global = invocation.global;
  log::Configure(global.verbose ? log::Level::kInfo : log::Level::kOff, log::Format::kText);
  std::signal(SIGPIPE, SIG_IGN);  // who writes to a broken connection is told so by the write
  Interrupt interrupt;
  const SystemClock clock;
  OutputStream out(STDOUT_FILENO, [&] { interrupt.Ask(); });
  const std::unique_ptr<Renderer> renderer = MakeRenderer(global, out, clock);
  Environment environment{.connect = [&] { return Connect(global); },
                          .renderer = *renderer,
                          .clock = clock,
                          .stop = interrupt.token(),
                          .interactive = ::isatty(STDIN_FILENO) == 1 && !global.json};
  const Status status = std::visit(Runner{environment}, invocation.command);
  if (out.unread()) return kUnread;
  if (status.ok()) return 0;
  if (status.code() == Code::kCancelled && interrupt.token().stop_requested()) return kInterrupted;
  std::cerr << "error: " << Printable(status.message()) << std::endl;
  return 1;
}

int Main(const std::vector<std::string>& arguments) {
  const auto parsed = ParseArguments(arguments);
  if (const auto* usage = std::get_if<Usage>(&parsed)) {
    (usage->exit_code == 0 ? std::cout : std::cerr) << usage->text;
    return usage->exit_code;
  }
  const auto& invocation = std::get<Invocation>(parsed);
  if (const auto* starlark = std::get_if<StarlarkOptions>(&invocation.command)) {
    return RunStarlark(*starlark);
  }
  return Run(invocation);
}

}  // namespace

}  // namespace hawser::cli

int main(int argc, char** argv) {
  return hawser::cli::Main(std::vector<std::string>(argv + 1, argv + argc));
}
