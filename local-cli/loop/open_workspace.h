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

/// The rules that count now, for threads that only look. Copies share.
class CurrentRules {
 public:
  explicit CurrentRules(sync::Rules rules);
  std::shared_ptr<const sync::Rules> Get() const;
  void Set(sync::Rules rules) const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

struct OpenedWorkspace {
  sync::Rules rules;
  std::unique_ptr<sync::Scanner> scanner;
};

/// Reads the ignore files of `root`, looks at what the session's rules start from, and makes the
/// rules with that. invalid_argument names the file and line, or the field.
Result<sync::Rules> ReadRules(const SyncSettings& settings, const std::string& root);

/// As ReadRules, with a scanner that remembers what it read across runs.
Result<OpenedWorkspace> OpenWorkspace(const SyncSettings& settings, const std::string& root);

}  // namespace hawser::cli
