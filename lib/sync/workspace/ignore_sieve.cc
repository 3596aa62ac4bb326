// By the bytes that components begin and end with.
#include "lib/sync/workspace/ignore_sieve.h"

namespace hawser::sync {

namespace {

size_t Index(char byte) {
  return static_cast<unsigned char>(byte);
}

/// The longest piece of a component that every match of `glob` holds, of those before its first
/// class or escape.
std::string_view LongestLiteral(std::string_view glob) {
  glob = glob.substr(0, glob.find_first_of("[\\"));
  std::string_view longest;
  while (!glob.empty()) {
    const std::string_view literal = glob.substr(0, glob.find_first_of("*?/"));
    if (literal.size() > longest.size()) longest = literal;
    glob.remove_prefix(literal.size() == glob.size() ? glob.size() : literal.size() + 1);
  }
  return longest;
}

}  // namespace

void IgnoreSieve::Add(const Shape& pattern) {
  if (!pattern.prefix.empty()) {
    (pattern.any_component ? component_begins_ : path_begins_).set(Index(pattern.prefix.front()));
  } else if (!pattern.suffix.empty()) {
    component_ends_.set(Index(pattern.suffix.back()));
  } else if (const std::string_view literal = LongestLiteral(pattern.glob); !literal.empty()) {
    within_.emplace_back(literal);
  } else {
    all_ = true;
  }
}

bool IgnoreSieve::MayMatch(std::string_view path) const {
  if (all_ || path.empty() || path_begins_[Index(path.front())]) return true;
  for (size_t start = 0, slash = 0; slash != path.npos; start = slash + 1) {
    slash = path.find('/', start);
    const size_t end = slash == path.npos ? path.size() : slash;
    if (end == start) return true;
    if (component_begins_[Index(path[start])] || component_ends_[Index(path[end - 1])]) return true;
  }
  for (const std::string& literal : within_) {
    if (path.find(literal) != path.npos) return true;
  }
  return false;
}

}  // namespace hawser::sync
