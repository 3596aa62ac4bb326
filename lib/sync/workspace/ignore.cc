// Ignore patterns in .dockerignore syntax.
#include "lib/sync/workspace/ignore.h"

#include "lib/base/text.h"
#include "lib/fs/relative_path.h"

namespace hawser::sync {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kAnyDepth = "**/";

bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?[\\") != text.npos;
}

std::string HeadOf(std::string_view glob) {
  std::string head;
  for (const std::string_view part : Split(glob, '/')) {
    if (HasWildcard(part)) break;
    head = fs::Join(head, part);
  }
  return head;
}

/// What every match of `glob` begins with.
std::string_view PrefixOf(std::string_view glob) {
  return glob.substr(0, glob.find_first_of("*?[\\"));
}

/// What every match of `glob` ends with; nothing where that takes more than a look.
std::string_view SuffixOf(std::string_view glob) {
  if (glob.find_first_of("[\\") != glob.npos) return {};
  const size_t wildcard = glob.find_last_of("*?");
  if (wildcard == glob.npos) return glob;
  std::string_view suffix = glob.substr(wildcard + 1);
  // "**/" also matches nothing at all.
  if (glob.substr(0, wildcard + 1).ends_with("**") && suffix.starts_with('/')) {
    suffix.remove_prefix(1);
  }
  return suffix;
}

}  // namespace

bool IgnoreList::Pattern::Matches(std::string_view path) const {
  // A pattern that matches a directory matches all below it, so every leading part of the path is
  // tried.
  for (size_t start = 0, slash = 0; slash != path.npos; start = slash + 1) {
    slash = path.find('/', start);
    const size_t end = slash == path.npos ? path.size() : slash;
    const std::string_view part = any_depth ? path.substr(start, end - start) : path.substr(0, end);
    // Most paths match no pattern, and most of those can be told by their ends.
    if (!part.starts_with(prefix) || !part.ends_with(suffix)) continue;
    if (MatchesGlob(glob, part)) return true;
  }
  return false;
}

Status IgnoreList::Add(const IgnorePattern& written) {
  Pattern pattern;
  pattern.source = written.source;
  std::string_view text = Trim(written.text);
  if (text.starts_with('!')) {
    pattern.negated = true;
    text = Trim(text.substr(1));
    if (text.empty()) return InvalidArgumentError("\"!\" re-includes nothing");
  }
  // What leads out of the directory can match nothing inside it.
  const Result<std::string> clean = fs::NormaliseRelative(text);
  if (!clean.ok() || clean->empty()) return OkStatus();
  HAWSER_RETURN_IF_ERROR(CheckGlob(*clean));
  pattern.glob = *clean;
  pattern.head = HeadOf(pattern.glob);
  if (pattern.glob.starts_with(kAnyDepth) &&
      pattern.glob.find('/', kAnyDepth.size()) == std::string::npos &&
      pattern.glob.find("**", kAnyDepth.size()) == std::string::npos) {
    pattern.any_depth = true;
    pattern.glob.erase(0, kAnyDepth.size());
  }
  pattern.prefix = PrefixOf(pattern.glob);
  pattern.suffix = SuffixOf(pattern.glob);
  if (!pattern.negated) {
    sieve_.Add({pattern.glob, pattern.prefix, pattern.suffix, pattern.any_depth});
  }
  patterns_.push_back(std::move(pattern));
  return OkStatus();
}

Result<IgnoreList> IgnoreList::Parse(std::string_view text, std::string_view source) {
  return FromPatterns(IgnoreFilePatterns(text, source));
}

Result<IgnoreList> IgnoreList::FromPatterns(const std::vector<std::string>& patterns,
                                            std::string_view source) {
  std::vector<IgnorePattern> written;
  for (const std::string& pattern : patterns) written.push_back({pattern, std::string(source)});
  return FromPatterns(written);
}

Result<IgnoreList> IgnoreList::FromPatterns(const std::vector<IgnorePattern>& patterns) {
  IgnoreList list;
  for (const IgnorePattern& pattern : patterns) {
    HAWSER_RETURN_IF_ERROR(list.Add(pattern).Annotate(pattern.source));
  }
  return list;
}

bool IgnoreList::Ignores(std::string_view path) const {
  if (!sieve_.MayMatch(path)) return false;
  bool ignored = false;
  for (const Pattern& pattern : patterns_) {
    // Only a pattern that would change the answer needs a look.
    if (pattern.negated == ignored && pattern.Matches(path)) ignored = !pattern.negated;
  }
  return ignored;
}

std::optional<IgnorePattern> IgnoreList::Deciding(std::string_view path) const {
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
    if (!pattern->Matches(path)) continue;
    return IgnorePattern{(pattern->negated ? "!" : "") +
                             std::string(pattern->any_depth ? kAnyDepth : "") + pattern->glob,
                         pattern->source};
  }
  return std::nullopt;
}

bool IgnoreList::IgnoresWholly(std::string_view path) const {
  if (!Ignores(path)) return false;
  for (const Pattern& pattern : patterns_) {
    if (!pattern.negated) continue;
    if (fs::IsWithin(pattern.head, path) || fs::IsWithin(path, pattern.head)) return false;
  }
  return true;
}

std::vector<IgnorePattern> IgnoreFilePatterns(std::string_view text, std::string_view name) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<IgnorePattern> patterns;
  size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    const std::string_view pattern = Trim(line);
    if (line.starts_with('#') || pattern.empty()) continue;
    patterns.push_back({std::string(pattern), std::string(name) + ":" + std::to_string(number)});
  }
  return patterns;
}

}  // namespace hawser::sync
