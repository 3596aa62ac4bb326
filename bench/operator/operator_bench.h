// `scripts/bench operator`: the controller with thousands of sessions.
#pragma once

#include <functional>
#include <string>

#include "bench/operator/figures.h"
#include "lib/base/status.h"

namespace hawser::bench {

struct OperatorBenchOptions {
  std::string controller;             ///< the program
  std::string controller_kubeconfig;  ///< by which it works
  std::string kubeconfig;             ///< an admin's, of an API server on which nothing else acts
  int sessions = 5000;
  int changes = 60;  ///< to single sessions
  int floor = 1500;  ///< sessions for the writes by requests alone
  int kubectl = 40;  ///< sessions for the writes by kubectl
  int steady_seconds = 120;
};

/// Measures all figures, each told to `done` as it comes. The API server must hold the custom
/// resource, and no sessions.
Status RunOperatorBench(const OperatorBenchOptions& options,
                        const std::function<void(const Figure&)>& done);

}  // namespace hawser::bench
