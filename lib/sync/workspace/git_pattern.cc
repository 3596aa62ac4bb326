// One line of a .gitignore file.
#include "lib/sync/workspace/git_pattern.h"

#include <algorithm>
#include <utility>

#include "lib/base/text.h"
#include "lib/sync/workspace/git_glob.h"

namespace hawser::sync {

namespace {

constexpr std::string_view kGitByteOrderMark = "\xef\xbb\xbf";

/// Without the spaces at the end, but for one that a backslash keeps.
std::string_view WithoutTrailingSpaces(std::string_view line) {
  size_t end = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == ' ') {
      continue;
    }
    end = std::min(i + 1, line.size());
  }
  return line.substr(0, end);
}

}  // namespace

std::optional<GitPattern> GitPattern::Parse(std::string_view line, uint32_t number) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with('#')) return std::nullopt;
  line = WithoutTrailingSpaces(line);
  if (line.empty()) return std::nullopt;
  GitPattern pattern;
  pattern.text_ = line;
  pattern.line_ = number;
  pattern.negated_ = line.starts_with('!');
  if (pattern.negated_) line.remove_prefix(1);
  pattern.directories_only_ = line.ends_with('/');
  if (pattern.directories_only_) line.remove_suffix(1);
  pattern.any_depth_ = line.find('/') == line.npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  pattern.glob_ = line;
  pattern.literal_ = std::min(line.find_first_of("*?[\\"), line.size());
  return pattern;
}

bool GitPattern::Matches(std::string_view path, bool is_directory) const {
  if (directories_only_ && !is_directory) return false;
  if (any_depth_) path.remove_prefix(path.rfind('/') + 1);
  // Git compares what holds no wildcard first, and lets the rest begin anew behind it.
  const std::string_view glob = glob_;
  if (path.substr(0, literal_) != glob.substr(0, literal_)) return false;
  return MatchesGitGlob(glob.substr(literal_), path.substr(literal_));
}

std::vector<GitPattern> ParseGitIgnore(std::string_view text) {
  if (text.starts_with(kGitByteOrderMark)) text.remove_prefix(kGitByteOrderMark.size());
  std::vector<GitPattern> patterns;
  uint32_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    std::optional<GitPattern> pattern = GitPattern::Parse(line, ++number);
    if (pattern) patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

}  // namespace hawser::sync
