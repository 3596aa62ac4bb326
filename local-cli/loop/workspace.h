// Follows the workspace: file events in, snapshots out.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "lib/base/clock.h"
#include "lib/fs/watcher.h"
#include "lib/sync/workspace/batcher.h"
#include "lib/sync/workspace/scan.h"
#include "local-cli/loop/git_lock.h"

namespace hawser::cli {

/// Scans on demand and, while watched, on every change. Results go to the sink at once, on the
/// thread that scanned.
class Workspace {
 public:
  /// A whole look at the workspace, or why it could not be had.
  using Sink = std::function<void(const Result<sync::ScanResult>&)>;

  /// Which of the workspace's files say what is ignored, and how to read them again. That a look
  /// shows such files to have come, gone or changed is noticed without asking which they are.
  struct IgnoreFiles {
    std::function<bool(const std::string& path)> is_one;
    /// The rules as they are now, known to whoever asks what to watch; or what is wrong with them.
    std::function<Result<sync::Rules>()> read;
  };

  /// `clock` must outlive the workspace.
  Workspace(std::unique_ptr<sync::Scanner> scanner, IgnoreFiles ignore_files, GitLock git,
            const Clock& clock, Sink sink);

  /// Looks at everything. Any thread.
  void ScanAll();

  /// Follows `watcher` until `stop`, or until it fails for good, which the sink is told.
  void Watch(fs::Watcher& watcher, std::stop_token stop);

 private:
  Deadline WakeAt(const sync::Batcher& batcher, bool waiting_for_git) const;
  Status Scan(const fs::Dirty& dirty, fs::Watcher& watcher);
  void LookAhead(const fs::Dirty& dirty);
  bool TouchesIgnoreFile(const fs::Dirty& dirty) const;
  Status ReadIgnoreFiles(fs::Watcher& watcher);
  Status FollowRules(fs::Watcher& watcher);
  std::optional<sync::Rules> RulesForScan();
  void Tell(Result<sync::ScanResult> scan);

  std::mutex mutex_;  // one scan at a time, told in order
  const std::unique_ptr<sync::Scanner> scanner_;
  const IgnoreFiles ignore_files_;
  Status ignore_status_;  ///< what is wrong with the ignore files; the rules before them count
  fs::Watcher* watcher_ = nullptr;     ///< of the scan that goes on, if its thread may use it
  Status watch_status_;                ///< of what that scan asked of it
  std::atomic<bool> rewatch_ = false;  ///< a scan without it took up rules that it has to follow
  GitLock git_;
  const Clock& clock_;
  const Sink sink_;
};

}  // namespace hawser::cli
