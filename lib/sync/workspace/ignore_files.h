// Reads what the workspace's own files say is to be ignored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/sync/workspace/rules.h"

namespace hawser::sync {

/// The patterns of .dockerignore and .tiltignore at the workspace's root, in order; and of git
/// where one of `rules` asks for it. Missing files are fine. invalid_argument names file and line;
/// unavailable when a directory can't be read for now.
Result<WorkspaceIgnores> ReadIgnores(const std::string& root, const std::vector<Rule>& rules);

/// True when a change of the workspace path `path` changes what ReadIgnores says.
bool IsIgnoreFile(std::string_view path, const std::vector<Rule>& rules);

}  // namespace hawser::sync
