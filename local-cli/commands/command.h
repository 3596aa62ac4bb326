// What every command is given, and the commands themselves.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/kube/api.h"
#include "local-cli/arguments.h"
#include "local-cli/cluster/session_dialer.h"
#include "local-cli/render/renderer.h"

namespace hawser::cli {

/// One cluster, as the chosen user and namespace.
struct Cluster {
  std::unique_ptr<kube::Api> api;
  std::unique_ptr<PodTunnel> tunnel;
  std::unique_ptr<DirectPath> direct;  ///< null: everything goes through the API server
  std::string ns;
  std::string server;  ///< for messages

  Ways ways() const { return {.tunnel = *tunnel, .direct = direct.get()}; }
};

/// What a command works with.
struct Environment {
  std::function<Result<Cluster>()> connect;
  Renderer& renderer;
  const Clock& clock;
  std::stop_token stop;      ///< asked by Ctrl-C
  bool interactive = false;  ///< a person can answer questions on the terminal
};

/// Each runs one command to its end. A failure's message is for people: main prints it and exits
/// with 1.
Status RunPush(const PushOptions& options, Environment& environment);
Status RunPlan(const PlanOptions& options, Environment& environment);
Status RunPull(const PullOptions& options, Environment& environment);
Status RunLs(const LsOptions& options, Environment& environment);
Status RunStatus(const StatusOptions& options, Environment& environment);
Status RunLogs(const LogsOptions& options, Environment& environment);
Status RunForward(const ForwardOptions& options, Environment& environment);
Status RunRestart(const RestartOptions& options, Environment& environment);
Status RunVersion(const VersionOptions& options, Environment& environment);
Status RunDoctor(const DoctorOptions& options, Environment& environment);

}  // namespace hawser::cli
