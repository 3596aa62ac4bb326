// The URLs of the Kubernetes API.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/kube/api.h"

namespace hawser::kube {

/// "/apis/apps/v1/namespaces/NS/deployments/NAME/SUBRESOURCE"; an empty name is the collection, an
/// empty namespace all of them, an empty subresource the object itself.
std::string ObjectPath(const Resource& resource, const ObjectKey& key,
                       std::string_view subresource = {});

/// "?a=b&c=d" with both sides encoded; parameters with an empty value are left out.
std::string Query(const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace hawser::kube
