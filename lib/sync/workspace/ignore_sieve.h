// Tells of most paths in a few looks that no ignore pattern matches them.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::sync {

/// What a match of some patterns must look like. Never wrong about a path that it lets fall.
class IgnoreSieve {
 public:
  /// A pattern whose matches begin with `prefix` and end with `suffix` (either may be empty).
  /// `any_component`: any component of a path may be its match; else what a path begins with, up to
  /// the end of a component.
  struct Shape {
    std::string_view glob;
    std::string_view prefix;
    std::string_view suffix;
    bool any_component = false;
  };
  void Add(const Shape& pattern);

  /// False only for a relative path that no pattern matches, nor anything above it.
  bool MayMatch(std::string_view path) const;

 private:
  using Bytes = std::bitset<256>;

  Bytes path_begins_;
  Bytes component_begins_;
  Bytes component_ends_;
  std::vector<std::string> within_;  ///< each in all matches of a pattern of which no more is known
  bool all_ = false;                 ///< there is a pattern of which nothing is known
};

}  // namespace hawser::sync
