// Path globs as .dockerignore files write them.
#include "lib/sync/workspace/glob.h"

#include <cstddef>
#include <optional>
#include <string>

namespace hawser::sync {

namespace {

/// Takes one UTF-8 character off the front; a byte that starts none counts as a character.
char32_t TakeCharacter(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (size == 1 || text.size() < size) {
    text.remove_prefix(1);
    return lead;
  }
  char32_t character = lead & (0x7fU >> size);
  for (size_t i = 1; i < size; ++i) {
    character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  text.remove_prefix(size);
  return character;
}

/// One end of a range in a class; nothing where the class is malformed.
std::optional<char32_t> TakeBound(std::string_view& glob) {
  if (glob.empty() || glob.front() == '-' || glob.front() == ']') return std::nullopt;
  if (glob.front() == '\\') glob.remove_prefix(1);
  if (glob.empty()) return std::nullopt;
  return TakeCharacter(glob);
}

/// Takes a class off `glob` (which follows its "["). Whether it holds `character`; nothing when it
/// is malformed.
std::optional<bool> TakeClass(std::string_view& glob, char32_t character) {
  const bool negated = !glob.empty() && glob.front() == '^';
  if (negated) glob.remove_prefix(1);
  bool found = false;
  for (bool first = true;; first = false) {
    if (!first && !glob.empty() && glob.front() == ']') break;
    const std::optional<char32_t> low = TakeBound(glob);
    if (!low.has_value()) return std::nullopt;
    std::optional<char32_t> high = low;
    if (!glob.empty() && glob.front() == '-') {
      glob.remove_prefix(1);
      high = TakeBound(glob);
      if (!high.has_value()) return std::nullopt;
    }
    found = found || (*low <= character && character <= *high);
  }
  glob.remove_prefix(1);
  return found != negated;
}

/// Matches one element that is neither `*` nor `**`, and takes it off both sides.
bool TakeOne(std::string_view& glob, std::string_view& path) {
  if (path.empty()) return false;
  const char element = glob.front();
  glob.remove_prefix(1);
  if (element == '?' || element == '[') {
    if (path.front() == '/') return false;
    const char32_t character = TakeCharacter(path);
    return element == '?' || TakeClass(glob, character).value_or(false);
  }
  char literal = element;
  if (element == '\\') {
    if (glob.empty()) return false;
    literal = glob.front();
    glob.remove_prefix(1);
  }
  if (path.front() != literal) return false;
  path.remove_prefix(1);
  return true;
}

/// Where to go on when a match fails: `glob` follows a wildcard that has taken everything before
/// `path`.
struct Resume {
  std::string_view glob;
  std::string_view path;
};

/// Lets a `*` take one byte more, within its component.
bool Extend(std::optional<Resume>& star) {
  if (!star.has_value() || star->path.empty() || star->path.front() == '/') return false;
  star->path.remove_prefix(1);
  return true;
}

/// Lets a `**` take one directory more.
bool ExtendDeep(std::optional<Resume>& deep) {
  if (!deep.has_value()) return false;
  const size_t slash = deep->path.find('/');
  if (slash == std::string_view::npos) return false;
  deep->path.remove_prefix(slash + 1);
  return true;
}

}  // namespace

bool MatchesGlob(std::string_view glob, std::string_view path) {
  // Only the last wildcard of each sort can be worth extending: an earlier one could take nothing
  // that it can't.
  std::optional<Resume> star;
  std::optional<Resume> deep;
  for (;;) {
    if (glob.starts_with("**")) {
      glob.remove_prefix(glob.substr(2).starts_with('/') ? 3 : 2);
      if (glob.empty()) return true;
      deep = Resume{glob, path};
      star.reset();
    } else if (glob.starts_with('*')) {
      glob.remove_prefix(1);
      star = Resume{glob, path};
    } else if (glob.empty() && path.empty()) {
      return true;
    } else if (glob.empty() || !TakeOne(glob, path)) {
      const bool within = Extend(star);
      if (!within && !ExtendDeep(deep)) return false;
      if (!within) star.reset();
      const Resume& from = within ? *star : *deep;
      glob = from.glob;
      path = from.path;
    }
  }
}

Status CheckGlob(std::string_view glob) {
  const std::string shown(glob);
  while (!glob.empty()) {
    const char element = glob.front();
    glob.remove_prefix(1);
    if (element == '\\') {
      if (glob.empty()) return InvalidArgumentError("\"" + shown + "\" ends in a backslash");
      glob.remove_prefix(1);
    } else if (element == '[' && !TakeClass(glob, 0).has_value()) {
      return InvalidArgumentError("\"" + shown + "\" has a malformed [class]");
    }
  }
  return OkStatus();
}

}  // namespace hawser::sync
