// One line of a .gitignore file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::sync {

/// A pattern as gitignore(5) describes it: `/` anchors, a trailing `/` means directories only, `!`
/// negates, `**` spans directories, `[...]` classes, `\` escapes.
class GitPattern {
 public:
  /// Nothing for an empty line or a comment. Every other line is a pattern, though it may match
  /// nothing. `number` is its place in its file, from 1.
  static std::optional<GitPattern> Parse(std::string_view line, uint32_t number);

  /// `path` is relative to the directory of the pattern's file.
  bool Matches(std::string_view path, bool is_directory) const;

  bool negated() const { return negated_; }
  uint32_t line() const { return line_; }
  const std::string& text() const { return text_; }  ///< as written

 private:
  std::string text_;
  std::string glob_;
  size_t literal_ = 0;  ///< so many bytes of the glob hold no wildcard
  uint32_t line_ = 0;
  bool negated_ = false;
  bool directories_only_ = false;
  bool any_depth_ = false;  ///< no slash: compared with the last component
};

/// The patterns of a file's text.
std::vector<GitPattern> ParseGitIgnore(std::string_view text);

}  // namespace hawser::sync
