// Developers and owners who do at random what people and their tools do to a shared cluster.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/controller/simulated_cluster.h"
#include "tests/controller/simulated_kubelet.h"

namespace hawser::testing {

/// Acts on a cluster with one workload "api" of each type. What owners do is also done to a second
/// cluster without any session: it shows what the workloads must be like once no session is left.
/// The same seed does the same.
class SimulatedTeam {
 public:
  SimulatedTeam(SimulatedCluster& cluster, uint64_t seed);

  /// One thing that a developer, an owner, a tool, the network or the controller's process does.
  void Act();
  /// Deletes every session.
  void GoHome();
  /// Restarts the containers that were asked to.
  void SyncPods() { kubelet_.Sync(); }

  /// A Service or Ingress that a stranger put under the name of a session's, and how it must stay.
  static bool IsStrangers(const nlohmann::json& object);
  static nlohmann::json StrangersSpec(const kube::Resource& resource);

  /// A workload without the server's bookkeeping, as it is and as it would be without sessions.
  nlohmann::json Seen(const kube::Resource& resource);
  nlohmann::json Expected(const kube::Resource& resource);

 private:
  uint64_t Below(uint64_t bound);
  std::string AnySession();
  const kube::Resource& AnyWorkload();
  const kube::Resource& AnyStrangers();
  nlohmann::json AnySpec();
  void CreateOrEditSession();
  void OwnerChanges();
  void OwnerReplaces();
  void OwnerScales();
  void AdminActs();
  void ToolSetsBack();
  void DeveloperUses();
  void StrangerComesOrGoes();
  void NetworkFails();
  void AsksForRestart();

  SimulatedCluster& cluster_;
  SimulatedCluster untouched_;
  std::mt19937_64 random_;
  SimulatedKubelet kubelet_{cluster_, random_};
};

}  // namespace hawser::testing
