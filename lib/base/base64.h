// Base64 as Kubernetes puts binary values into JSON (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hawser {

/// The padded base64 form of `bytes`.
std::string EncodeBase64(std::string_view bytes);

/// The bytes behind padded base64 without line breaks; nothing when `text` is not that.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace hawser
