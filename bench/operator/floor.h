// What the API server allows: the controller's writes for a new session, done without a controller.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lib/base/result.h"
#include "lib/kube/api.h"

namespace hawser::bench {

/// The same writes for sessions that exist and that no controller saw yet. Secret and status are
/// those of a session that was planned, the injection is what the controller's plan says.
class Floor {
 public:
  /// Reads what the controller made for session `model`, and plans the sessions from `first` to
  /// `end`. `api`, the controller's, must outlive the result.
  static Result<Floor> Make(kube::Api& api, int model, int first, int end);

  /// Sessions a second by requests alone, several at once: finalizer, Secret, workload, status.
  Result<double> ByRequests(int first, int end);
  /// Sessions a second by kubectl: `patch` the finalizer, one for each session as a script would,
  /// `create` the Secrets and `apply --server-side` the workloads, each with one file for all. No
  /// status: kubectl of this age cannot write it.
  Result<double> ByKubectl(int first, int end, const std::string& kubeconfig);

 private:
  explicit Floor(kube::Api& api);
  Result<nlohmann::json> PlanInjection(int number) const;
  nlohmann::json Secret(int number) const;
  nlohmann::json Status(int number) const;

  kube::Api* api_;
  std::shared_ptr<const nlohmann::json> secret_, status_;
  std::map<int, nlohmann::json> injections_;  ///< by the session's number
};

}  // namespace hawser::bench
