// Ignore patterns in .dockerignore syntax.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/sync/workspace/glob.h"
#include "lib/sync/workspace/ignore_sieve.h"

namespace hawser::sync {

/// A pattern and where it was written, for people: ".dockerignore:3".
struct IgnorePattern {
  std::string text;
  std::string source;
  bool operator==(const IgnorePattern&) const = default;
};

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

  static Result<IgnoreList> FromPatterns(const std::vector<IgnorePattern>& patterns);

  /// True when `path` (relative, normalised) is ignored.
  bool Ignores(std::string_view path) const;
  /// The pattern that decides about `path`, normalised; nothing when none matches.
  std::optional<IgnorePattern> Deciding(std::string_view path) const;
  /// True when the directory `path` is ignored and no later `!` pattern can re-include something
  /// below it.
  bool IgnoresWholly(std::string_view path) const;

  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::string glob;
    std::string source;
    std::string head;        ///< the leading components without wildcards
    std::string prefix;      ///< what the glob's matches begin with
    std::string suffix;      ///< and end with
    bool any_depth = false;  ///< the glob is one component, matched at every depth
    bool negated = false;
    bool Matches(std::string_view path) const;
  };
  Status Add(const IgnorePattern& written);

  std::vector<Pattern> patterns_;
  IgnoreSieve sieve_;  ///< of those that are not negated
};

/// The patterns of the text of the ignore file `name`, one a line, without comments and empty
/// lines.
std::vector<IgnorePattern> IgnoreFilePatterns(std::string_view text, std::string_view name);

}  // namespace hawser::sync
