// One call to an API server.
#pragma once

#include <string>

#include "lib/kube/api.h"

namespace hawser::testing {

/// As the fake saw it.
struct KubeCall {
  std::string verb;  ///< get, list, create, delete, apply, patch, watch, raw
  kube::Resource resource;
  kube::ObjectKey key;  ///< for list and watch only the namespace; for raw the path as name
  std::string subresource;
  bool IsWrite() const {
    return verb == "create" || verb == "delete" || verb == "apply" || verb == "patch";
  }
  bool operator==(const KubeCall&) const = default;
};

}  // namespace hawser::testing
