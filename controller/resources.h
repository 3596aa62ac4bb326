// The resource types the controller works with.
#pragma once

#include <array>
#include <string_view>

#include "lib/devsession/devsession.h"
#include "lib/devsession/policy.h"
#include "lib/kube/api.h"

namespace hawser::controller {

inline const kube::Resource kDevSessions{devsession::kGroup, devsession::kVersion,
                                         devsession::kPlural, devsession::kKind};

inline const kube::Resource kDevPolicies{devsession::kGroup, devsession::kVersion,
                                         devsession::kPolicyPlural, devsession::kPolicyKind};

/// The types a session may act on.
inline const std::array<kube::Resource, 3> kTargetResources = {
    kube::resources::kDeployments, kube::resources::kStatefulSets, kube::resources::kDaemonSets};

}  // namespace hawser::controller
