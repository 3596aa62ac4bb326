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

}  // namespace

bool IgnoreList::Pattern::Matches(std::string_view path) const {
  // A pattern that matches a directory matches all below it, so every leading part of the path is
  // tried.
  for (size_t start = 0, slash = 0; slash != path.npos; start = slash + 1) {
    slash = path.find('/', start);
    const size_t end = slash == path.npos ? path.size() : slash;
    if (MatchesGlob(glob, any_depth ? path.substr(start, end - start) : path.substr(0, end))) {
      return true;
    }
  }
  return false;
}

Status IgnoreList::Add(std::string_view text) {
  Pattern pattern;
  text = Trim(text);
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
  patterns_.push_back(std::move(pattern));
  return OkStatus();
}

Result<IgnoreList> IgnoreList::Parse(std::string_view text, std::string_view source) {
  IgnoreList list;
  size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    for (const std::string& pattern : IgnoreFilePatterns(line)) {
      HAWSER_RETURN_IF_ERROR(
          list.Add(pattern).Annotate(std::string(source) + ":" + std::to_string(number)));
    }
  }
  return list;
}

Result<IgnoreList> IgnoreList::FromPatterns(const std::vector<std::string>& patterns,
                                            std::string_view source) {
  IgnoreList list;
  for (const std::string& pattern : patterns) {
    HAWSER_RETURN_IF_ERROR(list.Add(pattern).Annotate(source));
  }
  return list;
}

bool IgnoreList::Ignores(std::string_view path) const {
  bool ignored = false;
  for (const Pattern& pattern : patterns_) {
    // Only a pattern that would change the answer needs a look.
    if (pattern.negated == ignored && pattern.Matches(path)) ignored = !pattern.negated;
  }
  return ignored;
}

std::optional<std::string> IgnoreList::Deciding(std::string_view path) const {
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern) {
    if (!pattern->Matches(path)) continue;
    return (pattern->negated ? "!" : "") + std::string(pattern->any_depth ? kAnyDepth : "") +
           pattern->glob;
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

std::vector<std::string> IgnoreFilePatterns(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> patterns;
  for (const std::string_view line : Split(text, '\n')) {
    const std::string_view pattern = Trim(line);
    if (!line.starts_with('#') && !pattern.empty()) patterns.emplace_back(pattern);
  }
  return patterns;
}

}  // namespace hawser::sync
