// What the API server's refusals mean: HTTP codes and Status objects as our codes and messages.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "lib/base/status.h"

namespace hawser::kube {

/// The failure behind an answer that is not 2xx. `body` should be a Status object; anything else
/// is quoted, bounded and made printable.
Status StatusOfAnswer(int http_status, std::string_view body);

/// The failure that a Status object (the body of a refusal, or of a watch's ERROR event) states.
Status StatusOfObject(const nlohmann::json& status);

}  // namespace hawser::kube
