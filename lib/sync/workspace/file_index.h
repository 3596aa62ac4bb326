// What the workspace's files were when last looked at, so that only changed ones are read again.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "lib/base/result.h"
#include "lib/sync/blocks/known_blocks.h"
#include "lib/sync/tree/tree.h"
#include "lib/sync/workspace/destination.h"
#include "lib/sync/workspace/rules.h"
#include "lib/sync/workspace/scanned_content.h"
#include "lib/sync/workspace/stat_cache.h"

struct stat;

namespace hawser::sync {

/// Finds and digests the files below a directory. One thread.
class FileIndex {
 public:
  /// One workspace path that exists. Ignored files are remembered too: deciding again would cost.
  struct Known {
    FileStamp stamp;
    bool settled =
        false;  ///< the stamp was old enough, when the file was read, to show any later write
    Destination goes;  ///< nowhere when it is not synced
    Entry entry;
    std::string problem;  ///< why it is not synced although a rule covers it; empty when there is
                          ///< nothing wrong
  };
  using Files = std::map<std::string, Known>;

  /// Adds to `blocks` what large files consist of. Both must outlive the index.
  FileIndex(const Rules& rules, KnownBlocks& blocks) : rules_(&rules), blocks_(blocks) {}

  /// `rules` count from the next look on, which must be at everything; they must outlive the index.
  void SetRules(const Rules& rules) {
    rules_ = &rules;
    decide_again_ = true;
  }

  /// What is or was synced and differs from before.
  struct Changes {
    std::set<std::string> paths;       ///< in the workspace
    std::set<std::string> containers;  ///< where they go or went
  };

  struct LookOptions {
    ScannedContent* content = nullptr;  ///< takes what is read, unless null
    uint64_t max_size = UINT64_MAX;     ///< of files to look at, in bytes
  };

  /// Looks at `paths` ("" for everything), of which none is below another, and all below them,
  /// beneath the open directory `root`. Adds what differs to `changes`. Returns those where a file
  /// was too large: it stays as it was known. unavailable when `root` itself can't be read:
  /// everything then is as it was before.
  Result<std::set<std::string>> Look(int root, const std::set<std::string>& paths, Changes& changes,
                                     const LookOptions& options);

  /// True when a look since the last call showed that an ignore file, or what a rule starts from,
  /// is not what the rules were made from.
  bool TakeOutdated() { return std::exchange(outdated_, false); }

  const Files& files() const { return files_; }

  /// What an earlier run knew: files that still have their stamp are not read. Forgotten with the
  /// next look at everything.
  void Remember(StatCache cache);
  /// What the next run may rely on, and what large files consist of that it has to read again.
  StatCache ToRemember() const;
  /// How many files were read so far.
  uint64_t reads() const { return reads_; }

 private:
  class Walk;

  /// What was known at and below the paths; forgets it.
  Files TakeOut(const std::set<std::string>& paths);

  const Rules* rules_;
  KnownBlocks& blocks_;
  bool decide_again_ = false;  ///< where files go was decided by other rules
  bool outdated_ = false;
  Destination::Beginnings beginnings_;
  Files files_;
  StatCache remembered_;
  uint64_t reads_ = 0;
};

}  // namespace hawser::sync
