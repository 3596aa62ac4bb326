// Whether an object already holds everything that an apply would write.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace hawser::controller {

/// True when applying `wanted` would change nothing in `live`: each field is there with that value.
/// Lists of objects with a mount path, name or type are compared by it, other lists as a whole. An
/// empty list is the same as none; an empty object asks for nothing.
bool Covers(const nlohmann::json& live, const nlohmann::json& wanted);

}  // namespace hawser::controller
