// What a container would start by Kubernetes' rules: the supervisor must start the same.
#pragma once

#include <optional>
#include <string>

#include "controller/plan/original.h"

namespace hawser::controller {

/// True when neither the pod spec nor the session says what to start, so that the image must.
bool NeedsImageCommand(const Original& original, const devsession::Target& target);

/// The entrypoint of a container: its command and args; without a command, the session's or else
/// the image's entrypoint followed by the args, or by the image's own when the pod spec has none.
/// Nothing when that is unknown or empty.
std::optional<CommandLine> ResolveEntrypoint(const Original& original,
                                             const devsession::Target& target);

}  // namespace hawser::controller
