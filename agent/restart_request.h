// The text by which a pod's annotation asks for a restart (docs/pod.md).
#pragma once

#include <optional>
#include <string_view>

#include "lib/base/result.h"
#include "lib/wire/messages.h"

namespace hawser::agent {

/// Reads "id=3.9f2c policy=Container signal=TERM grace=10000ms"; words it does not know are left to
/// newer versions. Nothing for an empty text. invalid_argument for anything that cannot be acted
/// on: whoever may patch the pod may have written it.
Result<std::optional<wire::RestartOrder>> ParseRestartRequest(std::string_view text);

}  // namespace hawser::agent
