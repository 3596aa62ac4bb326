// The events of a push as lines of text.
#pragma once

#include <string>

#include "local-cli/render/renderer.h"

namespace hawser::cli {

/// The line or lines for one event, each ending in a newline. Text from the cluster and the
/// workspace is made printable.
std::string FormatEvent(const Event& event, const TextStyle& style);

}  // namespace hawser::cli
