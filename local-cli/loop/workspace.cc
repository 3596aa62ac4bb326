// Waits for events, lets the batcher decide when a burst is over, and scans what it gathered.
#include "local-cli/loop/workspace.h"

#include <algorithm>
#include <utility>

namespace hawser::cli {

namespace {

/// Git's lock lies in a directory that is not watched, so its end must be looked for.
constexpr Duration kGitLook = std::chrono::milliseconds(20);

}  // namespace

Workspace::Workspace(std::unique_ptr<sync::Scanner> scanner, IgnoreFiles ignore_files, GitLock git,
                     const Clock& clock, Sink sink)
    : scanner_(std::move(scanner)),
      ignore_files_(std::move(ignore_files)),
      git_(std::move(git)),
      clock_(clock),
      sink_(std::move(sink)) {}

void Workspace::ScanAll() {
  const std::lock_guard lock(mutex_);
  Tell(scanner_->ScanAll());
}

void Workspace::Scan(const fs::Dirty& dirty) {
  const std::lock_guard lock(mutex_);
  Tell(scanner_->ScanDirty(dirty));
}

void Workspace::LookAhead(const fs::Dirty& dirty) {
  const std::lock_guard lock(mutex_);
  scanner_->LookAhead(dirty);
}

void Workspace::Tell(Result<sync::ScanResult> scan) {
  if (scan.ok() && !ignore_status_.ok()) {
    scan->problems.push_back({.path = "ignore files",
                              .message = ignore_status_.message() + "; the patterns before count"});
  }
  sink_(scan);
}

bool Workspace::TouchesIgnoreFile(const fs::Dirty& dirty) const {
  return dirty.everything ||
         std::any_of(dirty.paths.begin(), dirty.paths.end(), ignore_files_.is_one);
}

Status Workspace::ReadIgnoreFiles(fs::Watcher& watcher) {
  Result<sync::Rules> rules = ignore_files_.read();
  {
    const std::lock_guard lock(mutex_);
    ignore_status_ = rules.status();
    if (!rules.ok()) return OkStatus();
    scanner_->SetRules(std::move(rules).value());
  }
  return watcher.Rewatch();
}

Deadline Workspace::WakeAt(const sync::Batcher& batcher, bool waiting_for_git) const {
  const Deadline flush = batcher.FlushAt().value_or(kNoDeadline);
  return waiting_for_git ? std::min(flush, clock_.Now() + kGitLook) : flush;
}

void Workspace::Watch(fs::Watcher& watcher, std::stop_token stop) {
  const std::stop_callback close(stop, [&] { watcher.Close(); });
  sync::Batcher batcher({});
  bool waiting_for_git = false;
  bool gathered = false;
  while (!stop.stop_requested()) {
    batcher.Waits(clock_.Now());
    Result<fs::Dirty> dirty = watcher.Wait(WakeAt(batcher, waiting_for_git));
    const TimePoint now = clock_.Now();
    if (dirty.ok()) {
      LookAhead(*dirty);
      batcher.Add(std::move(*dirty), now);
      gathered = true;
    } else if (dirty.status().code() == Code::kCancelled) {
      return;
    } else if (dirty.status().code() != Code::kDeadlineExceeded) {
      return sink_(dirty.status());
    }
    const bool held = git_.Held(now);
    batcher.Hold(held, now);
    if (const std::optional<fs::Dirty> burst = batcher.Take(now)) {
      gathered = false;
      if (TouchesIgnoreFile(*burst)) {
        if (const Status watched = ReadIgnoreFiles(watcher); !watched.ok()) return sink_(watched);
      }
      Scan(*burst);
    }
    waiting_for_git = held && gathered;
  }
}

}  // namespace hawser::cli
