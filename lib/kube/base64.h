// Base64 (RFC 4648), as kubeconfig files and Secrets carry bytes.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::kube {

std::string EncodeBase64(std::string_view bytes);

/// Reads padded base64; white space between is skipped. invalid_argument otherwise.
Result<std::string> DecodeBase64(std::string_view text);

}  // namespace hawser::kube
