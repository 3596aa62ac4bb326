// Programs that are installed side by side.
#pragma once

#include <string>

#include "lib/base/status.h"

namespace hawser {

/// Runs program `name` from the folder of this one in this process, which keeps its arguments,
/// environment and open files. Returns only when that fails: not_found and others say which file is
/// missing and where it belongs.
Status BecomeSibling(const std::string& name, char** argv);

}  // namespace hawser
