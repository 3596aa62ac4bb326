// Which workspace path goes where in the container: sync rules, first match wins, and ignores.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/sync/workspace/git_ignores.h"
#include "lib/sync/workspace/ignore.h"

namespace hawser::sync {

/// One `sync` entry of a session.
struct Rule {
  std::string from;  ///< workspace-relative directory or file; "" or "." is the whole workspace
  std::string to;    ///< container path, absolute, normalised
  std::vector<std::string> ignore;  ///< .dockerignore patterns, relative to `from`
  bool delete_extraneous = false;
  bool gitignore = false;  ///< what git ignores is not synced either
  bool operator==(const Rule&) const = default;
};

/// What the workspace's own files say is to be ignored.
struct WorkspaceIgnores {
  std::vector<IgnorePattern> patterns;    ///< .dockerignore, .tiltignore, in order
  std::shared_ptr<const GitIgnores> git;  ///< null when no rule asks for it
};

/// Where a path goes, and by what; or why it does not.
struct PathVerdict {
  std::optional<std::string> to;
  std::string why;
};

/// Decides for every workspace path. Immutable once made; thread-safe.
class Rules {
 public:
  /// `general` holds patterns for the whole workspace (.dockerignore, .tiltignore), in order; the
  /// usual editor droppings and .git are ignored as well, unless it re-includes one by its own name
  /// ("!.git"). A rule whose `from` is itself ignored by `general` asks for it by name: below it
  /// `general` does not count. invalid_argument names the rule and pattern.
  static Result<Rules> Make(std::vector<Rule> rules, const std::vector<std::string>& general);

  /// As Make, with patterns that know where they were written. For rules that ask for it, what git
  /// ignores below `from` is ignored as well; no pattern of another file re-includes it.
  static Result<Rules> MakeWith(std::vector<Rule> rules, WorkspaceIgnores ignores);

  /// Where `path` (workspace-relative) goes, or nothing when no rule covers it, it is ignored by
  /// the first rule that covers it, or it is the directory that rule starts from (a root, not an
  /// entry).
  std::optional<std::string> Map(const std::string& path, bool is_directory) const;

  /// As Map, with the rule or pattern that decides, for people.
  PathVerdict Explain(const std::string& path, bool is_directory) const;

  /// The workspace paths that may go to the container path `to`, by rule; those that are ignored or
  /// that an earlier rule covers are among them.
  std::vector<std::string> Origins(const std::string& to) const;

  /// True when nothing below the directory `path` can be synced, so it need not be read or watched.
  bool SkipDirectory(const std::string& path) const;

  const std::vector<Rule>& rules() const { return rules_; }

 private:
  struct Filter {
    IgnoreList own;              ///< relative to the rule's `from`
    bool asked_by_name = false;  ///< `from` itself is generally ignored
  };

  std::string WhyIgnored(size_t rule, std::string_view path, bool is_directory) const;
  bool Ignores(size_t rule, std::string_view path, bool is_directory, bool wholly) const;
  bool GitIgnored(size_t rule, std::string_view path, bool is_directory) const;

  std::vector<Rule> rules_;
  std::vector<Filter> filters_;  ///< one per rule
  IgnoreList droppings_;
  IgnoreList general_;
  std::shared_ptr<const GitIgnores> git_;
};

}  // namespace hawser::sync
