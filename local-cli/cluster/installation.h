// What of Hawser is installed in a cluster, and what this user may do there.
#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/kube/api.h"

namespace hawser::cli {

/// "v1.20.2". data_loss when the server answers with something else.
Result<std::string> ServerVersion(kube::Api& api);

struct ControllerState {
  std::string image;
  int64_t ready = 0;
  int64_t wanted = 0;
};

/// The controller's Deployment, `hawser-controller` in `hawser-system`.
Result<ControllerState> FindController(kube::Api& api);

/// The versions that the DevSession definition serves, "v1alpha1". not_found when it is not
/// installed.
Result<std::string> ServedVersions(kube::Api& api);

/// One thing a user may be allowed to do.
struct Permission {
  std::string verb;
  std::string group;
  std::string resource;
  std::string subresource;
};

/// Asks the server whether this user may, in namespace `ns`.
Result<bool> IsAllowed(kube::Api& api, const std::string& ns, const Permission& permission);

}  // namespace hawser::cli
