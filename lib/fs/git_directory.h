// Where git keeps what belongs to a directory.
#pragma once

#include <optional>
#include <string>

namespace hawser::fs {

/// A repository as seen from one of its work trees (git-scm.com/docs/gitrepository-layout).
struct GitDirectory {
  std::string top;     ///< the work tree, canonical
  std::string own;     ///< where this work tree's index and locks are
  std::string common;  ///< where what all work trees share is; `own` but for linked work trees
};

/// The repository that `directory` is in: the first with a .git at it or above it. A .git file, as
/// linked work trees and submodules have it, is followed.
std::optional<GitDirectory> FindGitDirectory(const std::string& directory);

}  // namespace hawser::fs
