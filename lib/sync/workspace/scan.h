// Turns the workspace into snapshots, hashing only what changed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/fs/watcher.h"
#include "lib/sync/workspace/rules.h"
#include "lib/sync/workspace/scanned_content.h"
#include "lib/sync/workspace/snapshot.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

/// A path that could not be read, or that is not synced because of what it is (device, socket,
/// escaping symlink).
struct ScanProblem {
  std::string path;  ///< workspace-relative
  std::string message;
  bool operator==(const ScanProblem&) const = default;
};

struct ScanResult {
  SnapshotPtr snapshot;
  std::vector<ScanProblem> problems;
};

/// The rules as they are to be now.
using RulesReader = std::function<std::optional<Rules>()>;

/// Scans one workspace; keeps size, mtime, ctime and inode of each file so that an unchanged file
/// is not read again. A file that changes while it is read, or whose mtime is too fresh to trust,
/// is looked at again. One thread.
class Scanner {
 public:
  virtual ~Scanner() = default;
  /// Looks at everything. failed_precondition when the root vanished or is another directory than
  /// at first, unavailable while it is empty although it was not before (safety rule 5.11), or
  /// can't be read: the next scan then looks at everything.
  virtual Result<ScanResult> ScanAll() = 0;
  /// From now on `rules` count; the next scan looks at everything. Files that both rules take are
  /// not read again.
  virtual void SetRules(Rules rules) = 0;
  /// From now on, when a look shows that an ignore file, or what a rule starts from, is not what
  /// the rules were made from, `read` is asked for the rules that are to count, and everything is
  /// looked at by them before anything is published. It answers nothing when they can't be had: the
  /// rules then stay.
  virtual void ReadRulesBy(RulesReader read) = 0;
  /// From now on ScanDirty and LookAhead keep there what they read. `content` must outlive the
  /// scanner.
  virtual void KeepContentIn(ScannedContent& content) = 0;
  /// Reads what was just seen to change while more may come, so that the ScanDirty of it has less
  /// to do. To be called for every change of such a path, or for none.
  virtual void LookAhead(const fs::Dirty& dirty) = 0;
  /// Looks at the dirty paths only; the rest is as last time.
  virtual Result<ScanResult> ScanDirty(const fs::Dirty& dirty) = 0;
};

/// A scanner of the directory `root`. What it knows of the files it keeps in `stat_cache`, a file,
/// across runs; "" for nowhere. A cache that can't be read or written costs time, nothing else.
/// While there is more to sync than `max_entries`, its scans fail with failed_precondition.
Result<std::unique_ptr<Scanner>> MakeScanner(const std::string& root, Rules rules,
                                             std::string stat_cache = "",
                                             size_t max_entries = wire::kMaxTreeEntries);

}  // namespace hawser::sync
