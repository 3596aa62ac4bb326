// Says why a path of the container could not be written, and what to do about it.
#pragma once

#include <string>

#include "lib/wire/messages.h"

namespace hawser::sync {

/// The problem behind `error` (an errno value) at `path`. `real_path` is where that is for this
/// process; its directory's owner and mode, and this process's user, go into the message when
/// permission is what lacks.
wire::Problem MakeProblem(const std::string& path, const std::string& real_path, int error);

/// The problem of a path that is one file with `other`, though both are to be there.
wire::Problem MakeCollision(const std::string& path, const std::string& other);

}  // namespace hawser::sync
