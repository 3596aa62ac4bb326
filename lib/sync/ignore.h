// Ignore patterns in .dockerignore syntax, and the path globs of steps and restarts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace hawser::sync {

/// An ordered list of patterns as in a .dockerignore file
/// (docs.docker.com/build/concepts/context/#dockerignore-files):
/// `*`, `?`, `[...]`, `**`, `!` re-includes, `#` comments, the last match decides, a pattern
/// matches all below it.
class IgnoreList {
 public:
  /// Parses a file's text. invalid_argument names `source` and line.
  static Result<IgnoreList> Parse(std::string_view text, std::string_view source);
  static Result<IgnoreList> FromPatterns(const std::vector<std::string>& patterns,
                                         std::string_view source);

  /// True when `path` (relative, normalised) is ignored.
  bool Ignores(std::string_view path) const;
  /// True when the directory `path` is ignored and no later `!` pattern can re-include something
  /// below it.
  bool IgnoresWholly(std::string_view path) const;

  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::vector<std::string> parts;  ///< glob per path component; "**" spans any number
    bool negated = false;
  };
  std::vector<Pattern> patterns_;
};

/// True when `path` matches the glob (`**` spans directories; no slash: any depth is not implied).
bool MatchesGlob(std::string_view glob, std::string_view path);

}  // namespace hawser::sync
