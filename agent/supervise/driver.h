// Runs the supervisor as process 1 of the app container.
#pragma once

#include <string>

#include "agent/supervise/supervisor.h"
#include "agent/volume.h"

namespace hawser::agent {

/// Supervises until the container is to end and returns its exit code; a failure when supervising
/// can't begin. Call from the main thread before any other was started: signals are blocked for all
/// of them.
Result<int> RunSupervisor(SupervisorOptions options, const Volume& volume,
                          const std::string& container_root);

}  // namespace hawser::agent
