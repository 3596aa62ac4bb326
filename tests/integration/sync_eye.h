// How the developer's machine sees its workspace, in this process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/fs/watcher.h"
#include "lib/sync/workspace/scan.h"

namespace hawser::testing {

/// Who says where to look.
enum class Sight { kTold, kInotify, kPolling };

/// A scanner and its watcher. One thread.
class SyncEye {
 public:
  /// `content` must outlive it; what it knows of files is kept in `cache` for the next one.
  SyncEye(const std::string& root, const std::string& cache, Sight sight,
          sync::ScannedContent& content);

  /// Takes up what happened. A watcher is waited for until all of it was seen, deadline_exceeded
  /// when that takes too long; `touched` is for who has none. unavailable while the workspace is
  /// empty.
  Result<sync::SnapshotPtr> Look(const std::vector<std::string>& touched);
  /// Looks at every file.
  Result<sync::SnapshotPtr> LookAtAll();
  /// Reads what was touched before it is asked for, as push does while a burst lasts.
  void LookAhead(const std::vector<std::string>& touched);

 private:
  Result<fs::Dirty> Watched();

  const std::string root_;
  std::unique_ptr<sync::Scanner> scanner_;
  std::unique_ptr<fs::Watcher> watcher_;
};

}  // namespace hawser::testing
