// Merges a part of an object into the whole, as server-side apply does.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace hawser::controller {

/// The field that tells the items of this list apart ("name", "mountPath", "type"), or null for an
/// empty list and one that is a single value.
const char* ItemKey(const nlohmann::json& list);

/// `base` with every field of `part`: maps by key, keyed lists by item (new ones at the end), other
/// values replaced.
nlohmann::json Merged(nlohmann::json base, const nlohmann::json& part);

}  // namespace hawser::controller
