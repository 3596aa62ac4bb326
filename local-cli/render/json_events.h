// The events of a push as JSON objects.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "local-cli/render/events.h"

namespace hawser::cli {

/// The event with its kind in "event"; fields as in docs/cli.md. Bytes that are not UTF-8 become
/// U+FFFD when written out.
nlohmann::json EventToJson(const Event& event);

}  // namespace hawser::cli
