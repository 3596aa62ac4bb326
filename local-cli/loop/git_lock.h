// Tells whether git is in the middle of rewriting the workspace.
#pragma once

#include <optional>
#include <string>

namespace hawser::cli {

/// Looks for the marks git leaves while it works: index.lock, and the directories of a rebase or
/// merge. Cheap enough to ask for every event.
class GitLock {
 public:
  /// Finds the git directory of `root` or of a directory above it; a linked worktree's ".git" file
  /// is followed.
  explicit GitLock(const std::string& root);

  /// False where there is no git.
  bool Held() const;

 private:
  std::optional<std::string> git_directory_;
};

}  // namespace hawser::cli
