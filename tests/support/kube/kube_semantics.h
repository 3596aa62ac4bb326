// The rules of the API server that need no state: what a write may change, what a selector matches,
// how patches apply.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "lib/kube/api.h"

namespace hawser::testing {

/// Whether the type's status is written only through its subresource.
bool HasStatusSubresource(const kube::Resource& resource);

/// Whether the type counts generations: everything but the core group's.
bool HasGeneration(const kube::Resource& resource);

/// `changed` as a write to `subresource` may make it of `before`: identity and server-set metadata
/// kept, status or everything else reset. aborted when `changed` names another resourceVersion;
/// invalid_argument for an unknown subresource or a finalizer added while deleting.
Result<nlohmann::json> Admit(const kube::Resource& resource, const nlohmann::json& before,
                             nlohmann::json changed, const std::string& subresource);

/// True when the two differ outside metadata and status.
bool SpecDiffers(const nlohmann::json& a, const nlohmann::json& b);

/// Applies a patch. invalid_argument when it does not fit (a failed JSON patch test too).
Result<nlohmann::json> ApplyPatch(const nlohmann::json& object, kube::PatchType type,
                                  const nlohmann::json& patch);

/// Whether a list or watch with these options shows the object. invalid_argument for selectors that
/// do not parse or that the fake does not know.
Result<bool> Selects(const kube::ListOptions& options, const nlohmann::json& object);

}  // namespace hawser::testing
