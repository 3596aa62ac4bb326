// How the developer's machine sees its workspace, in this process.
#include "tests/integration/sync_eye.h"

#include <gtest/gtest.h>

#include "lib/fs/open_writes.h"

namespace hawser::testing {

namespace {

constexpr Duration kSightPatience = std::chrono::seconds(60);
/// A little longer than what was moved is held back.
constexpr Duration kQuiet = fs::OpenWrites::kComeBack + std::chrono::milliseconds(2);

sync::Rules WholeWorkspace() {
  return sync::Rules::Make({{"", "/app", {}, false}}, {}).value();
}

std::unique_ptr<fs::Watcher> WatcherFor(Sight sight, const std::string& root) {
  const fs::IgnoreDirectory nothing = [](const std::string&) { return false; };
  if (sight == Sight::kTold) return nullptr;
  auto watcher = sight == Sight::kInotify ? fs::MakeInotifyWatcher(root, nothing)
                                          : fs::MakePollingWatcher(root, nothing);
  EXPECT_TRUE(watcher.ok()) << watcher.status();
  return watcher.ok() ? std::move(watcher).value() : nullptr;
}

Result<sync::SnapshotPtr> SnapshotOf(const Result<sync::ScanResult>& scan) {
  HAWSER_RETURN_IF_ERROR(scan.status());
  return scan->snapshot;
}

}  // namespace

SyncEye::SyncEye(const std::string& root, const std::string& cache, Sight sight,
                 sync::ScannedContent& content)
    : root_(root), watcher_(WatcherFor(sight, root)) {
  scanner_ = sync::MakeScanner(root, WholeWorkspace(), cache).value();
  scanner_->KeepContentIn(content);
}

Result<sync::SnapshotPtr> SyncEye::Look(const std::vector<std::string>& touched) {
  fs::Dirty dirty;
  dirty.paths = touched;
  if (watcher_ == nullptr) return SnapshotOf(scanner_->ScanDirty(dirty));
  const auto blank = sync::MakeScanner(root_, WholeWorkspace()).value();
  HAWSER_ASSIGN_OR_RETURN(const sync::SnapshotPtr there, SnapshotOf(blank->ScanAll()));
  for (const Deadline deadline = In(kSightPatience); In({}) < deadline;) {
    HAWSER_ASSIGN_OR_RETURN(dirty, Watched());
    Result<sync::SnapshotPtr> seen = SnapshotOf(scanner_->ScanDirty(dirty));
    if (!seen.ok() || (*seen)->digest == there->digest) return seen;
  }
  return DeadlineExceededError("the watcher missed something");
}

Result<sync::SnapshotPtr> SyncEye::LookAtAll() {
  return SnapshotOf(scanner_->ScanAll());
}

void SyncEye::LookAhead(const std::vector<std::string>& touched) {
  fs::Dirty dirty;
  dirty.paths = touched;
  if (watcher_ == nullptr) scanner_->LookAhead(dirty);
}

/// All that the watcher tells until it falls silent for a moment.
Result<fs::Dirty> SyncEye::Watched() {
  fs::Dirty all;
  while (true) {
    Result<fs::Dirty> more = watcher_->Wait(In(kQuiet));
    if (more.status().code() == Code::kDeadlineExceeded) return all;
    HAWSER_RETURN_IF_ERROR(more.status());
    all.everything = all.everything || more->everything;
    all.paths.insert(all.paths.end(), more->paths.begin(), more->paths.end());
  }
}

}  // namespace hawser::testing
