// What stands at each container path, where several rules may lead to one place.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/sync/tree/tree.h"
#include "lib/sync/workspace/file_index.h"
#include "lib/sync/workspace/rules.h"
#include "lib/sync/workspace/scan.h"
#include "lib/sync/workspace/sources.h"

namespace hawser::sync {

/// Lays what the rules take to one place over one another: the first rule's stands there, and
/// nothing stands below what is no directory. What is left out for that is a problem, and comes
/// back as soon as it can. One thread.
class Overlay {
 public:
  /// `files` are those of an index and must outlive this.
  explicit Overlay(const FileIndex::Files& files) : files_(files) {}

  /// What makes of `before`, the tree of the scan before, the one after `changes`. Takes time by
  /// what changed and by what that hides or shows, never by what else there is.
  TreeEdits Choose(const Rules& rules, const FileIndex::Changes& changes, const Tree& before);

  /// After all was looked at by other rules: the problems of files that these ignore are none any
  /// more.
  void NoteFilesAgain();

  /// By workspace path.
  std::vector<ScanProblem> problems() const;

  /// Which container paths come from elsewhere than the rules alone say.
  std::shared_ptr<const Sources::Exceptions> exceptions() const { return exceptions_; }

 private:
  using Reasons = std::set<std::pair<std::string, std::string>>;  ///< workspace path, and why
  class Round;

  void NoteFile(const std::string& path);
  void SetLeftOut(const std::string& container, Reasons now);
  void SetException(const std::string& container, const std::string& origin, bool by_rule);

  const FileIndex::Files& files_;
  std::shared_ptr<Sources::Exceptions> exceptions_ = std::make_shared<Sources::Exceptions>();
  std::map<std::string, std::string> problems_;  ///< the files' own, by workspace path
  std::map<std::string, Reasons> left_out_;      ///< by where it would go
  std::map<Reasons::value_type, size_t> told_;   ///< left_out_'s, and at how many places each
};

}  // namespace hawser::sync
