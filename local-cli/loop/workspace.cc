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
      sink_(std::move(sink)) {
  scanner_->ReadRulesBy([this] { return RulesForScan(); });
}

void Workspace::ScanAll() {
  const std::lock_guard lock(mutex_);
  Tell(scanner_->ScanAll());
}

Status Workspace::Scan(const fs::Dirty& dirty, fs::Watcher& watcher) {
  const std::lock_guard lock(mutex_);
  watcher_ = &watcher;
  Result<sync::ScanResult> scan = scanner_->ScanDirty(dirty);
  watcher_ = nullptr;
  HAWSER_RETURN_IF_ERROR(std::exchange(watch_status_, OkStatus()));
  Tell(std::move(scan));
  return OkStatus();
}

/// For a scan that goes on: `mutex_` is held.
std::optional<sync::Rules> Workspace::RulesForScan() {
  Result<sync::Rules> rules = ignore_files_.read();
  ignore_status_ = rules.status();
  if (!rules.ok()) return std::nullopt;
  // What is ignored no more is watched before it is looked at, so that nothing is missed.
  if (watcher_ != nullptr) {
    watch_status_ = watcher_->Rewatch();
  } else {
    rewatch_ = true;
  }
  return std::move(rules).value();
}

/// What another thread's scan took up counts for the watcher too. Until it did, changes went
/// unseen.
Status Workspace::FollowRules(fs::Watcher& watcher) {
  if (!rewatch_.exchange(false)) return OkStatus();
  HAWSER_RETURN_IF_ERROR(watcher.Rewatch());
  return Scan({.everything = true, .first_event = clock_.Now()}, watcher);
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
    if (const Status followed = FollowRules(watcher); !followed.ok()) return sink_(followed);
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
      if (const Status watched = Scan(*burst, watcher); !watched.ok()) return sink_(watched);
    }
    waiting_for_git = held && gathered;
  }
}

}  // namespace hawser::cli
