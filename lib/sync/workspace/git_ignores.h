// All .gitignore files of a workspace.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/sync/workspace/git_pattern.h"
#include "lib/sync/workspace/stat_cache.h"

namespace hawser::sync {

inline constexpr std::string_view kGitIgnoreName = ".gitignore";

/// Decides as git does which untracked paths are ignored (gitignore(5)): the .gitignore of each
/// directory and of those above it up to the repository's top, then .git/info/exclude. Nothing
/// below an ignored directory is re-included. A user's core.excludesFile is not read: it says
/// nothing about the workspace. Whether git tracks a path does not count.
class GitIgnores {
 public:
  struct Decision {
    bool ignored = false;
    std::string pattern;  ///< as written
    std::string source;   ///< "web/.gitignore:3", from the repository's top
  };

  /// Reads the files of the repository that `root` is in, or of `root` alone where there is none.
  /// Directories for which `skip` is true are not looked into. unavailable when a directory can't
  /// be read though it is there and allowed: what it says is then not known.
  static Result<GitIgnores> Read(const std::string& root,
                                 const std::function<bool(const std::string&)>& skip);

  /// The pattern that decides about `path` (relative to the root, normalised); nothing when none
  /// matches. `from` or a directory above it, though ignored, is taken for not ignored.
  std::optional<Decision> Deciding(std::string_view path, bool is_directory,
                                   std::string_view from) const;
  bool Ignores(std::string_view path, bool is_directory, std::string_view from) const;

  /// The files below the root that were found, as they were before they were read.
  const FileStamps& files_read() const { return read_; }
  /// True when git, and so Read, never looks at what is in `directory`.
  bool NeverReads(std::string_view directory) const { return Ignores(directory, true, ""); }

 private:
  using Patterns = std::vector<GitPattern>;

  /// `path` is from the repository's top.
  std::optional<Decision> DecidingFor(std::string_view path, bool is_directory) const;
  static std::optional<Decision> LastMatch(const Patterns& patterns, const std::string& source,
                                           std::string_view path, bool is_directory);
  Status ReadBelow(const std::string& root, const std::string& directory,
                   const std::function<bool(const std::string&)>& skip);
  /// Reads the .gitignore at `path`, which is in `directory`, from the repository's top. Its stamp,
  /// unless there is none.
  Result<std::optional<FileStamp>> ReadFile(const std::string& path, const std::string& directory);

  std::string prefix_;                                  ///< the root, from the repository's top
  std::map<std::string, Patterns, std::less<>> files_;  ///< by directory, from the top
  Patterns exclude_;                                    ///< .git/info/exclude
  FileStamps read_;
};

}  // namespace hawser::sync
