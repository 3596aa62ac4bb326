// What this machine must offer for watching a workspace.
#pragma once

#include <string>
#include <vector>

#include "local-cli/render/reports.h"

namespace hawser::cli {

/// Checks inotify's limits (below `proc`, "/proc/sys/fs/inotify") and that `directory` can be read.
std::vector<Check> CheckMachine(const std::string& directory, const std::string& proc);

}  // namespace hawser::cli
