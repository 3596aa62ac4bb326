// Where things are on the pod's shared volume (docs/pod.md).
#pragma once

#include <string>

namespace hawser::agent {

/// The volume that agent and supervisor share, mounted at `dir` in both containers.
struct Volume {
  std::string dir = "/.hawser";

  std::string State() const { return dir + "/state"; }
  std::string Restarts() const { return dir + "/restarts"; }
  std::string Store() const { return dir + "/store"; }
  std::string RunDir() const { return dir + "/run"; }
  std::string Socket() const { return RunDir() + "/agent.sock"; }
};

}  // namespace hawser::agent
