// Path globs as .gitignore files write them.
#include "lib/sync/workspace/git_glob.h"

#include <algorithm>
#include <array>
#include <optional>

namespace hawser::sync {

namespace {

using Byte = unsigned char;

/// Classes of ASCII, whatever the locale, as git has them.
bool InNamedClass(std::string_view name, Byte byte, bool& known) {
  const bool upper = byte >= 'A' && byte <= 'Z';
  const bool lower = byte >= 'a' && byte <= 'z';
  const bool digit = byte >= '0' && byte <= '9';
  const bool hex = digit || (byte >= 'A' && byte <= 'F') || (byte >= 'a' && byte <= 'f');
  const bool graph = byte > ' ' && byte < 0x7f;
  struct Class {
    std::string_view name;
    bool holds;
  };
  const std::array<Class, 12> classes = {{{"alnum", upper || lower || digit},
                                          {"alpha", upper || lower},
                                          {"blank", byte == ' ' || byte == '\t'},
                                          {"cntrl", byte < ' ' || byte == 0x7f},
                                          {"digit", digit},
                                          {"graph", graph},
                                          {"lower", lower},
                                          {"print", graph || byte == ' '},
                                          {"punct", graph && !upper && !lower && !digit},
                                          {"space", byte == ' ' || (byte >= '\t' && byte <= '\r')},
                                          {"upper", upper},
                                          {"xdigit", hex}}};
  const auto* const found = std::find_if(classes.begin(), classes.end(),
                                         [&](const Class& each) { return each.name == name; });
  known = found != classes.end();
  return known && found->holds;
}

/// Takes one byte of a class off the glob, which a backslash may quote.
std::optional<Byte> TakeMember(std::string_view& glob) {
  if (glob.starts_with('\\')) glob.remove_prefix(1);
  if (glob.empty()) return std::nullopt;
  const auto member = static_cast<Byte>(glob.front());
  glob.remove_prefix(1);
  return member;
}

/// Takes "[:name:]" off the glob. Nothing when there is none, or its name is not known.
std::optional<bool> TakeNamedClass(std::string_view& glob, Byte byte, bool& malformed) {
  if (!glob.starts_with("[:")) return std::nullopt;
  const size_t bracket = glob.find(']', 2);
  if (bracket == glob.npos) {
    malformed = true;
    return std::nullopt;
  }
  if (bracket < 3 || glob[bracket - 1] != ':') return std::nullopt;  // a "[" and a ":" then
  bool known = false;
  const bool holds = InNamedClass(glob.substr(2, bracket - 3), byte, known);
  malformed = !known;
  glob.remove_prefix(bracket + 1);
  return holds;
}

/// Takes a class off the glob, which follows its "[". Whether it holds `byte`; false when it is
/// malformed.
bool TakeGitClass(std::string_view& glob, Byte byte) {
  const bool negated = glob.starts_with('!') || glob.starts_with('^');
  if (negated) glob.remove_prefix(1);
  bool found = false;
  for (bool first = true; first || !glob.starts_with(']'); first = false) {
    bool malformed = false;
    if (const auto named = TakeNamedClass(glob, byte, malformed)) {
      if (malformed) return false;
      found |= *named;
      continue;
    }
    const std::optional<Byte> low = malformed ? std::nullopt : TakeMember(glob);
    std::optional<Byte> high = low;
    if (glob.size() > 1 && glob[0] == '-' && glob[1] != ']') {
      glob.remove_prefix(1);
      high = TakeMember(glob);
    }
    if (!low || !high) return false;
    found |= *low <= byte && byte <= *high;
  }
  glob.remove_prefix(1);
  return found != negated;
}

/// Matches one element that is no run of stars, and takes it off both sides.
bool TakeGitElement(std::string_view& glob, std::string_view& path) {
  if (path.empty() || glob.empty()) return false;
  const char element = glob.front();
  const char byte = path.front();
  glob.remove_prefix(1);
  path.remove_prefix(1);
  if (element == '?') return byte != '/';
  if (element == '[') return TakeGitClass(glob, static_cast<Byte>(byte)) && byte != '/';
  if (element != '\\') return element == byte;
  if (glob.empty() || glob.front() != byte) return false;
  glob.remove_prefix(1);
  return true;
}

/// Where to go on when a match fails: `glob` follows stars that took all before `path`.
struct GitResume {
  std::string_view glob;
  std::string_view path;
};

/// Lets the stars take more: one byte within a component, or up to the next directory. Returns the
/// ones that did; null when none can.
const GitResume* ExtendGitStars(std::optional<GitResume>& star, std::optional<GitResume>& deep) {
  if (star && !star->path.empty() && star->path.front() != '/') {
    star->path.remove_prefix(1);
    return &*star;
  }
  star.reset();
  if (!deep) return nullptr;
  const size_t slash = deep->path.find('/');
  if (slash == deep->path.npos) return nullptr;
  deep->path.remove_prefix(slash + 1);
  return &*deep;
}

}  // namespace

bool MatchesGitGlob(std::string_view glob, std::string_view path) {
  // Only the last stars of each sort can be worth extending: earlier ones could take nothing that
  // they can't.
  std::optional<GitResume> star;
  std::optional<GitResume> deep;
  bool component_starts = true;  // in the glob, where it is now
  for (;;) {
    if (glob.starts_with('*')) {
      const size_t stars = std::min(glob.find_first_not_of('*'), glob.size());
      const bool ends = glob.size() == stars || glob[stars] == '/';
      const bool spans = stars > 1 && component_starts && ends;
      glob.remove_prefix(stars);
      if (spans && glob.empty()) return true;
      if (spans) {
        glob.remove_prefix(1);
        deep = GitResume{glob, path};
        star.reset();
      } else {
        star = GitResume{glob, path};
        component_starts = false;
      }
      continue;
    }
    if (glob.empty() && path.empty()) return true;
    const bool slash = glob.starts_with('/');
    if (TakeGitElement(glob, path)) {
      component_starts = slash;
      continue;
    }
    const GitResume* resume = ExtendGitStars(star, deep);
    if (resume == nullptr) return false;
    component_starts = !star;
    glob = resume->glob;
    path = resume->path;
  }
}

}  // namespace hawser::sync
