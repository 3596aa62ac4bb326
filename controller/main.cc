// Starts hawser-controller: builds the parts, runs them until SIGTERM.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "controller/arguments.h"
#include "controller/entrypoint.h"
#include "controller/health.h"
#include "controller/leadership.h"
#include "controller/operator.h"
#include "controller/stop_signals.h"
#include "lib/base/log.h"
#include "lib/base/random.h"
#include "lib/base/version.h"
#include "lib/kube/config.h"
#include "lib/metrics/process.h"
#include "lib/metrics/registry.h"

namespace {

using hawser::Result;
using hawser::Status;
namespace controller = hawser::controller;
namespace kube = hawser::kube;

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "unknown";
}

/// Ends the process without waiting for anything: another one works now.
void EndAtOnce() {
  hawser::log::Error("Lost the lease");
  std::_Exit(1);
}

/// `work`, but only while holding the lease, if one is named.
Status Lead(const controller::Arguments& arguments, const kube::ClusterConfig& config,
            hawser::Metrics& metrics, const controller::Work& work, const sigset_t& signals) {
  if (arguments.lease.name.empty()) return controller::RunUntilSignal(work, signals);
  const controller::Work announced =
      controller::TellingLeadership(work, arguments.lease.name, metrics);
  const kube::LeaseOptions options = {.key = arguments.lease,
                                      .identity = HostName() + "_" + hawser::RandomHex(8)};
  HAWSER_ASSIGN_OR_RETURN(const std::unique_ptr<kube::Api> api,
                          kube::MakeApi(config, options.renew_deadline / 2, metrics));
  const hawser::SystemClock clock;
  kube::LeaderElection election(options, *api, clock);
  return controller::RunUntilSignal(
      [&](std::stop_token stop) {
        return controller::RunAsLeader(election, std::move(stop), announced, EndAtOnce);
      },
      signals);
}

Status Run(const controller::Arguments& arguments, const sigset_t& signals) {
  const hawser::SystemClock clock;
  HAWSER_ASSIGN_OR_RETURN(const kube::ClusterConfig config,
                          kube::LoadConfig({.kubeconfig = arguments.kubeconfig}));
  const std::unique_ptr<hawser::metrics::Registry> metrics = hawser::metrics::MakeRegistry();
  hawser::metrics::AddProcessMetrics(*metrics);
  HAWSER_ASSIGN_OR_RETURN(const std::unique_ptr<kube::Api> api,
                          kube::MakeApi(config, std::chrono::seconds(30), *metrics));
  controller::RegistryImageCommands images(arguments.insecure_registries);
  controller::Operator work(
      *api, images, clock,
      {.ns = arguments.ns,
       .workers = arguments.workers,
       .instance = HostName(),
       .metrics = *metrics,
       .plan = {.agent_image = arguments.agent_image, .direct_path = arguments.direct_path}});
  HAWSER_ASSIGN_OR_RETURN(
      const std::unique_ptr<hawser::http::Server> health,
      controller::ServeHealth(arguments.health_port,
                              {.ready = [&work] { return !work.Started() || work.Ready(); },
                               .metrics = [&metrics] { return metrics->Show(); }}));
  hawser::log::Info("Started", {{"version", std::string_view(hawser::kVersion)},
                                {"server", config.server},
                                {"health_port", health->port()},
                                {"agent_image", arguments.agent_image},
                                {"direct_path", arguments.direct_path}});
  return Lead(
      arguments, config, *metrics,
      [&work](std::stop_token stop) { return work.Run(std::move(stop)); }, signals);
}

}  // namespace

int main(int argc, char** argv) {
  const controller::ParsedArguments parsed = controller::ParseArguments(argc, argv);
  if (!parsed.run) return parsed.exit_code;
  hawser::log::Configure(parsed.arguments.log_level, parsed.arguments.log_format);
  const sigset_t signals = controller::BlockStopSignals();
  const Status status = Run(parsed.arguments, signals);
  if (status.ok()) return 0;
  hawser::log::Error("Stopped by a failure", {{"error", status.ToString()}});
  return 1;
}
