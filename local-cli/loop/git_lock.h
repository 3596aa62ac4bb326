// Tells whether git is in the middle of rewriting the workspace.
#pragma once

#include <optional>
#include <string>

#include "lib/base/clock.h"

namespace hawser::cli {

/// Looks for the marks git leaves while it works: index.lock, which checkout, merge, stash, reset
/// and the like hold, HEAD.lock, and the directories of a rebase that goes on. A rebase that
/// stopped for a person to edit holds nothing back. Cheap enough to ask for every event.
class GitLock {
 public:
  /// Finds the git directory of `root` or of a directory above it; the ".git" file of a linked work
  /// tree or a submodule is followed. Where there is none yet it is looked for again, once a
  /// second.
  explicit GitLock(std::string root);

  /// False where there is no git.
  bool Held(TimePoint now);

 private:
  void Find(TimePoint now);
  /// True when a file in git's directory came or went within a second.
  bool WorkedJustNow() const;

  std::string root_;
  std::optional<std::string> git_directory_;
  TimePoint looked_{};
};

}  // namespace hawser::cli
