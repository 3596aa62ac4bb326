// A workspace as a session's settings see it: its rules and what scans it.
#pragma once

#include <memory>
#include <string>

#include "lib/sync/workspace/rules.h"
#include "lib/sync/workspace/scan.h"
#include "local-cli/loop/settings.h"

namespace hawser::cli {

/// The canonical path of a directory to push; invalid_argument when it is none.
Result<std::string> WorkspaceDirectory(const std::string& directory);

struct OpenedWorkspace {
  sync::Rules rules;
  std::unique_ptr<sync::Scanner> scanner;
};

/// Reads the ignore files of `root`; its scanner remembers what it read across runs.
Result<OpenedWorkspace> OpenWorkspace(const SyncSettings& settings, const std::string& root);

}  // namespace hawser::cli
