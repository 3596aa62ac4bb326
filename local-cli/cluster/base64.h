// Base64 as Kubernetes puts binary values into JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hawser::cli {

/// Decodes RFC 4648 base64 with padding; nothing when `text` is not that.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace hawser::cli
