// The switches that a conformance suite asks for in its comments.
#pragma once

#include <string_view>

#include "lib/starlark/resolve/dialect.h"

namespace hawser::starlark {

/// The standard dialect with the switches that comments "# option:NAME option:NAME..." in `text`
/// name: set, while, recursion, globalreassign, toplevelcontrol. Of old, recursion brings while
/// with it, and globalreassign toplevelcontrol. `otherwise` when there is no such comment.
Dialect DialectOfComments(std::string_view text, Dialect otherwise);

}  // namespace hawser::starlark
