// Starts hawser-controller: builds the parts, runs them until SIGTERM.
#include <unistd.h>

#include <csignal>
#include <string_view>
#include <thread>

#include "controller/arguments.h"
#include "controller/entrypoint.h"
#include "controller/health.h"
#include "controller/operator.h"
#include "lib/base/log.h"
#include "lib/base/version.h"
#include "lib/kube/config.h"

namespace {

using hawser::Result;
using hawser::Status;
namespace controller = hawser::controller;
namespace kube = hawser::kube;

/// Blocks the signals that end the process, here and in every thread started later.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "unknown";
}

/// Runs the operator until one of `signals` arrives or it fails.
Status RunUntilSignal(controller::Operator& work, const sigset_t& signals) {
  Status outcome;
  std::jthread runner([&](std::stop_token stop) {
    outcome = work.Run(stop);
    if (!outcome.ok()) kill(getpid(), SIGTERM);
  });
  int signal = 0;
  sigwait(&signals, &signal);
  hawser::log::Info("Stopping", {{"signal", signal}});
  runner.request_stop();
  runner.join();
  return outcome.code() == hawser::Code::kCancelled ? Status() : outcome;
}

Status Run(const controller::Arguments& arguments, const sigset_t& signals) {
  const hawser::SystemClock clock;
  HAWSER_ASSIGN_OR_RETURN(const kube::ClusterConfig config,
                          kube::LoadConfig({.kubeconfig = arguments.kubeconfig}));
  HAWSER_ASSIGN_OR_RETURN(const std::unique_ptr<kube::Api> api, kube::MakeApi(config));
  controller::RegistryImageCommands images(arguments.insecure_registries);
  controller::Operator work(*api, images, clock,
                            {.ns = arguments.ns,
                             .workers = arguments.workers,
                             .instance = HostName(),
                             .plan = {.agent_image = arguments.agent_image}});
  HAWSER_ASSIGN_OR_RETURN(
      const std::unique_ptr<hawser::http::Server> health,
      controller::ServeHealth(arguments.health_port, [&work] { return work.Ready(); }));
  hawser::log::Info("Started", {{"version", std::string_view(hawser::kVersion)},
                                {"server", config.server},
                                {"health_port", health->port()},
                                {"agent_image", arguments.agent_image}});
  return RunUntilSignal(work, signals);
}

}  // namespace

int main(int argc, char** argv) {
  const controller::ParsedArguments parsed = controller::ParseArguments(argc, argv);
  if (!parsed.run) return parsed.exit_code;
  hawser::log::Configure(parsed.arguments.log_level, parsed.arguments.log_format);
  const sigset_t signals = BlockStopSignals();
  const Status status = Run(parsed.arguments, signals);
  if (status.ok()) return 0;
  hawser::log::Error("Stopped by a failure", {{"error", status.ToString()}});
  return 1;
}
