// Which files of the pod are asked for: workspace globs, seen through the sync rules.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/sync/workspace/rules.h"
#include "lib/wire/pull_messages.h"

namespace hawser::sync {

/// Immutable once made; thread-safe.
class PullSelection {
 public:
  /// `globs` match workspace paths (glob.h); one that matches a directory stands for all below it,
  /// and "." for everything. invalid_argument when one is malformed, leads out of the workspace,
  /// or can match nothing that is synced.
  static Result<PullSelection> Make(std::shared_ptr<const Rules> rules,
                                    const std::vector<std::string>& globs);

  /// The same globs with rules that differ from these in what they ignore.
  PullSelection With(std::shared_ptr<const Rules> rules) const;

  /// What to ask the pod for; may select more than was asked for.
  const std::vector<wire::PullPattern>& patterns() const { return patterns_; }
  /// True when the workspace path, or a directory above it, matches a glob.
  bool Matches(const std::string& path) const;
  /// Where a path of the container belongs in the workspace: nothing when it was not asked for, is
  /// ignored, or no rule leads there.
  std::optional<std::string> WorkspacePath(const std::string& container) const;
  const Rules& rules() const { return *rules_; }

 private:
  std::shared_ptr<const Rules> rules_;
  std::vector<std::string> globs_;
  std::vector<wire::PullPattern> patterns_;
};

/// A glob that matches exactly `path`.
std::string EscapeGlob(const std::string& path);

/// True when a symlink at the container path `at` leads out of every directory the rules write to.
bool LeadsOut(const Rules& rules, const std::string& at, const std::string& target);

}  // namespace hawser::sync
