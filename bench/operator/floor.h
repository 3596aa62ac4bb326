// What the API server allows: the controller's writes for a new session, done without a controller.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lib/base/result.h"
#include "lib/kube/api.h"

namespace hawser::bench {

/// The same writes for sessions that exist and that no controller saw yet, with bodies copied from
/// those of a session that was planned.
class Floor {
 public:
  /// Reads what the controller made for session `model`. `api` must outlive the result.
  static Result<Floor> Make(kube::Api& api, int model);

  /// Sessions a second by requests alone, several at once: finalizer, Secret, workload, status.
  Result<double> ByRequests(int first, int end);
  /// Sessions a second by kubectl: `patch` the finalizer, one for each session as a script would,
  /// `create` the Secrets and `apply --server-side` the workloads, each with one file for all. No
  /// status: kubectl of this age cannot write it.
  Result<double> ByKubectl(int first, int end, const std::string& kubeconfig);

 private:
  explicit Floor(kube::Api& api);
  nlohmann::json Secret(int number) const;
  nlohmann::json Workload(int number) const;
  nlohmann::json Status(int number) const;

  kube::Api* api_;
  std::shared_ptr<const nlohmann::json> secret_, workload_, status_;
};

}  // namespace hawser::bench
