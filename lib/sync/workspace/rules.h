// Which workspace path goes where in the container: sync rules, first match wins, and ignores.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/sync/workspace/git_ignores.h"
#include "lib/sync/workspace/ignore.h"
#include "lib/sync/workspace/stat_cache.h"

namespace hawser::sync {

/// What a rule starts from. Whatever is no directory is a file: links are not followed.
enum class SourceKind : uint8_t { kUnknown, kMissing, kFile, kDirectory };

/// One `sync` entry of a session.
struct Rule {
  std::string from;  ///< workspace-relative directory or file; "" or "." is the whole workspace
  std::string to;    ///< container path, absolute, normalised
  std::vector<std::string> ignore;  ///< .dockerignore patterns, relative to `from`
  bool delete_extraneous = false;
  bool gitignore = false;       ///< what git ignores is not synced either
  bool into_directory = false;  ///< `to` is a directory: a file goes into it under its own name
  SourceKind source = SourceKind::kUnknown;  ///< as it was when last looked at
  bool operator==(const Rule&) const = default;
};

/// What the workspace's own files say is to be ignored.
struct WorkspaceIgnores {
  std::vector<IgnorePattern> patterns;    ///< .dockerignore, .tiltignore, in order
  std::shared_ptr<const GitIgnores> git;  ///< null when no rule asks for it
  /// The files that say so, as they were before they were read. Null when there were none to read.
  std::shared_ptr<const FileStamps> files;
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

  /// True when the file `path` is an ignore file that was not there, or was another, when these
  /// rules were made. Rules that were not made from files are never out of date.
  bool OutdatedBy(std::string_view path, const FileStamp& stamp) const;

  /// The ignore files that these rules were made from; null for none.
  const FileStamps* ignore_files() const { return files_.get(); }

  /// True when both were made from the same session, ignore files and sources.
  bool MadeFromTheSame(const Rules& other) const;

  /// The workspace paths that may go to the container path `to`, by rule; those that are ignored or
  /// that an earlier rule covers are among them.
  std::vector<std::string> Origins(const std::string& to) const;

  /// The index of the first rule that covers `path`, which decides about it.
  std::optional<size_t> RuleFor(std::string_view path) const;

  /// True when rules lead to one place, or one leads below where another does.
  bool overlap() const { return overlap_; }

  /// True when nothing below the directory `path` can be synced, so it need not be read or watched.
  bool SkipDirectory(const std::string& path) const;

  /// As they count: where a file is known to go into a directory, `to` is its place there.
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
  std::shared_ptr<const FileStamps> files_;
  bool overlap_ = false;
};

}  // namespace hawser::sync
