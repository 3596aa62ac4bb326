// The controller under measurement, as a process of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bench/command.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/http/transport.h"

namespace hawser::bench {

/// Of the agents in the pods that it plans; none runs.
inline constexpr char kAgentImage[] = "registry.example/hawser/agent:1";

struct ProgramOptions {
  std::string binary;
  std::string kubeconfig;
  std::string log;  ///< file that takes its output
};

/// What it says of itself.
struct ProgramState {
  double cpu_seconds = 0;
  double resident_kib = 0;
  double adds = 0;     ///< keys that became due since its start
  double waiting = 0;  ///< keys that are due
  double working = 0;  ///< keys that are worked on
};

class Program {
 public:
  static Result<Program> Start(const ProgramOptions& options);

  /// Waits until /readyz answers with 200; deadline_exceeded when `limit` came first.
  Status AwaitReady(Duration limit);
  /// Waits until it took up `count` keys since its start and none is left.
  Status AwaitQuiet(double count, Duration limit);
  /// From /metrics; zeros while it does not answer.
  ProgramState State();

 private:
  Program(Process process, std::unique_ptr<http::Transport> transport)
      : process_(std::move(process)), transport_(std::move(transport)) {}

  Process process_;
  std::unique_ptr<http::Transport> transport_;
};

}  // namespace hawser::bench
