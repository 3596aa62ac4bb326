// Path globs as .dockerignore files write them.
#include "lib/sync/workspace/glob.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/utf8.h"
#include "lib/fs/relative_path.h"

namespace hawser::sync {

namespace {

/// Takes one UTF-8 character off the front; a byte that starts none counts as the replacement
/// character, as for Go's regular expressions.
char32_t TakeCharacter(std::string_view& text) {
  const Codepoint character = DecodeUtf8(text);
  text.remove_prefix(character.length);
  return character.value;
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

/// What `glob` asks of the end of a path, if that is all: a leading `**` with nothing but text
/// after it.
std::optional<std::string_view> EndOf(std::string_view glob) {
  if (!glob.starts_with("**") || glob.substr(2).starts_with('/')) return std::nullopt;
  glob.remove_prefix(2);
  if (glob.find_first_of("*?[]\\") != glob.npos) return std::nullopt;
  return glob;
}

/// True when the glob has a `**` inside a component, after another wildcard. As it takes nothing or
/// whole directories, what the other takes matters then, and every way has to be tried.
bool HasManyWays(std::string_view glob) {
  for (size_t at = glob.find("**", 1); at != glob.npos; at = glob.find("**", at + 2)) {
    if (glob[at - 1] != '/' && glob.substr(0, at).find('*') != glob.npos) return true;
  }
  return false;
}

/// Tries every way, no pair of places in glob and path twice.
class EveryWay {
 public:
  EveryWay(std::string_view glob, std::string_view path)
      : glob_(glob), path_(path), reached_((glob.size() + 1) * (path.size() + 1)) {}

  bool Matches() {
    Reach(0, 0);
    for (size_t in_path = 0; in_path <= path_.size(); ++in_path) {
      for (size_t in_glob = 0; in_glob < glob_.size(); ++in_glob) {
        if (reached_[Index(in_glob, in_path)]) Step(in_glob, in_path);
      }
    }
    return reached_[Index(glob_.size(), path_.size())];
  }

 private:
  size_t Index(size_t in_glob, size_t in_path) const {
    return in_path * (glob_.size() + 1) + in_glob;
  }
  void Reach(size_t in_glob, size_t in_path) { reached_[Index(in_glob, in_path)] = true; }

  /// Reaches what follows one element, which is never before this place in glob or path.
  void Step(size_t in_glob, size_t in_path) {
    std::string_view glob = glob_.substr(in_glob);
    std::string_view path = path_.substr(in_path);
    if (glob.starts_with("**")) {
      StepDeep(in_glob + (glob.substr(2).starts_with('/') ? 3 : 2), in_path);
    } else if (glob.starts_with('*')) {
      Reach(in_glob + 1, in_path);
      if (!path.empty() && path.front() != '/') Reach(in_glob, in_path + 1);
    } else if (TakeOne(glob, path)) {
      Reach(glob_.size() - glob.size(), path_.size() - path.size());
    }
  }

  void StepDeep(size_t after, size_t in_path) {
    Reach(after, after == glob_.size() ? path_.size() : in_path);
    for (size_t slash = path_.find('/', in_path); slash != path_.npos;
         slash = path_.find('/', slash + 1)) {
      Reach(after, slash + 1);
    }
  }

  const std::string_view glob_;
  const std::string_view path_;
  std::vector<bool> reached_;
};

}  // namespace

bool MatchesGlob(std::string_view glob, std::string_view path) {
  if (const std::optional<std::string_view> end = EndOf(glob)) return path.ends_with(*end);
  if (HasManyWays(glob)) return EveryWay(glob, path).Matches();
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

std::string GlobBelow(std::string_view directory, std::string_view glob) {
  if (directory.empty()) return std::string(glob);
  while (glob.starts_with("./")) glob.remove_prefix(2);
  const std::optional<std::string_view> end = EndOf(glob);
  if (!end || end->empty()) return fs::Join(directory, glob);
  return fs::Join(directory, "**/*" + std::string(*end));
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
