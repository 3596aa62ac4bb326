// Pods of sessions, as a kubelet and the workloads' controllers make them come, go and restart.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>

#include "tests/controller/simulated_cluster.h"

namespace hawser::testing {

/// Also watches over the rules of restarts on request: each pod is asked once for a request, and
/// for none that was taken up before it was made. The same random numbers do the same.
class SimulatedKubelet {
 public:
  SimulatedKubelet(SimulatedCluster& cluster, std::mt19937_64& random)
      : cluster_(cluster), random_(random) {}

  /// Makes or deletes a pod of that session.
  void ComesOrGoes(const std::string& session);
  /// Looks at every pod: restarts the containers that were asked to, and checks the rules.
  void Sync();

 private:
  void Look(const nlohmann::json& pod);
  void RestartContainer(const nlohmann::json& pod);
  uint64_t TakenUp(const std::string& session);

  SimulatedCluster& cluster_;
  std::mt19937_64& random_;
  uint64_t made_ = 0;
  std::map<std::string, std::string> last_;  ///< request by pod's uid
  std::map<std::string, std::set<std::string>> seen_;
  std::map<std::string, std::string> born_with_;  ///< its session's uid and count of requests
};

}  // namespace hawser::testing
