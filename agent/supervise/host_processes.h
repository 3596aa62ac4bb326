// The real processes of the container.
#pragma once

#include <string>
#include <vector>

#include "agent/supervise/processes.h"
#include "lib/base/unique_fd.h"

namespace hawser::agent {

/// Starts the app into the given outputs, and each step into a pipe of its own.
class HostProcesses final : public Processes {
 public:
  explicit HostProcesses(SpawnOutputs app_outputs) : app_outputs_(app_outputs) {}

  Result<pid_t> StartApp(const std::vector<std::string>& argv) override;
  Result<pid_t> StartStep(const std::vector<std::string>& argv) override;
  void SignalGroup(pid_t group, int signal) override;
  bool GroupAlive(pid_t group) override;

  /// To poll for the newest step's output; -1 when there is none.
  int step_output() const { return step_output_.get(); }
  /// What the step wrote and nobody read yet. Closes the pipe at its end.
  std::string ReadStepOutput();

 private:
  const SpawnOutputs app_outputs_;
  UniqueFd step_output_;
};

}  // namespace hawser::agent
