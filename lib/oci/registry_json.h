// The one way in for JSON that a registry sends; internal to this folder.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::oci {

/// Parses `text`, which must be a JSON object nested at most 32 levels deep: what copies or
/// compares a value calls itself for each level, so that a deep one takes the stack. data_loss
/// names `what` it is ("image config").
Result<nlohmann::json> ParseRegistryJson(std::string_view text, const std::string& what);

/// The member `name` of `value`, or null where `value` is null or no object, or has none.
const nlohmann::json* MemberOf(const nlohmann::json* value, const char* name);

/// The text of `value`, or "" where it is null or no text.
std::string TextOf(const nlohmann::json* value);

}  // namespace hawser::oci
