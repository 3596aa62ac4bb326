// From file events to scans: bursts, git's lock, ends.
#include "local-cli/loop/workspace.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

#include "lib/base/bounded_queue.h"
#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

constexpr auto kScanPatience = std::chrono::seconds(20);

/// Hands out what a test pushes.
class ScriptedWatcher final : public fs::Watcher {
 public:
  Result<fs::Dirty> Wait(Deadline deadline) override {
    std::optional<Result<fs::Dirty>> next = events_.Pop(deadline);
    if (next) return *std::move(next);
    if (closed_) return CancelledError("closed");
    return DeadlineExceededError("nothing changed");
  }
  void Close() override {
    closed_ = true;
    events_.Close();
  }
  Status Rewatch() override {
    ++rewatched;
    return OkStatus();
  }
  std::atomic<int> rewatched = 0;
  void Push(Result<fs::Dirty> event) { events_.Push(std::move(event)); }

 private:
  std::atomic<bool> closed_ = false;
  BoundedQueue<Result<fs::Dirty>> events_{64};
};

/// Answers with empty snapshots and remembers what it was asked; the reason is what its rules, once
/// set, say about the path "f".
class RecordingScanner final : public sync::Scanner {
 public:
  explicit RecordingScanner(BoundedQueue<fs::Dirty>& asked) : asked_(asked) {}
  std::atomic<bool> outdated = false;  ///< the next scan finds that its rules are
  Result<sync::ScanResult> ScanAll() override { return ScanDirty({.everything = true}); }
  void SetRules(sync::Rules rules) override { rules_ = std::move(rules); }
  void ReadRulesBy(sync::RulesReader read) override { read_ = std::move(read); }
  void KeepContentIn(sync::ScannedContent&) override {}
  void LookAhead(const fs::Dirty&) override {}
  Result<sync::ScanResult> ScanDirty(const fs::Dirty& dirty) override {
    if (outdated.exchange(false)) rules_ = read_();
    asked_.Push(fs::Dirty{.paths = dirty.paths,
                          .everything = dirty.everything,
                          .reason = rules_ ? rules_->Explain("f", false).why : dirty.reason});
    return sync::ScanResult{.snapshot = std::make_shared<sync::Snapshot>()};
  }

 private:
  std::optional<sync::Rules> rules_;
  sync::RulesReader read_;
  BoundedQueue<fs::Dirty>& asked_;
};

class WorkspaceTest : public ::testing::Test {
 protected:
  void Start() {
    watching_ = std::jthread([this](std::stop_token stop) { workspace_.Watch(watcher_, stop); });
  }
  void Change(const std::string& path) {
    watcher_.Push(fs::Dirty{.paths = {path}, .first_event = clock_.Now()});
  }

  const testing::TempDir dir_;
  const std::string git_ = dir_.Write(".git/HEAD", "ref: refs/heads/main\n");
  const SystemClock clock_{};
  BoundedQueue<fs::Dirty> asked_{64};
  BoundedQueue<Status> told_{64};
  ScriptedWatcher watcher_;
  Result<sync::Rules> rules_ = sync::Rules::Make({{"", "/app", {}}}, {"f"});
  BoundedQueue<std::string> problems_{64};
  RecordingScanner* scanner_ = new RecordingScanner(asked_);  // goes with the workspace
  Workspace workspace_{std::unique_ptr<sync::Scanner>(scanner_),
                       {.is_one = [](const std::string& path) { return path == ".dockerignore"; },
                        .read = [this] { return rules_; }},
                       GitLock(dir_.path().string()),
                       clock_,
                       [this](const Result<sync::ScanResult>& scan) {
                         if (scan.ok() && !scan->problems.empty()) {
                           problems_.Push(scan->problems.front().message);
                         }
                         told_.Push(scan.status());
                       }};
  std::jthread watching_;
};

TEST_F(WorkspaceTest, ScansEverythingOnDemand) {
  workspace_.ScanAll();
  EXPECT_TRUE(asked_.Pop(In(kScanPatience)).value().everything);
  EXPECT_TRUE(told_.Pop(In(kScanPatience)).value().ok());
}

TEST_F(WorkspaceTest, ScansWhatChanged) {
  Start();
  Change("a.py");
  const auto asked = asked_.Pop(In(kScanPatience));
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->paths, std::vector<std::string>{"a.py"});
  EXPECT_TRUE(told_.Pop(In(kScanPatience)).value().ok());
}

TEST_F(WorkspaceTest, GathersWhileGitHoldsItsLockAndScansOnceThen) {
  const std::string lock = dir_.Write(".git/index.lock", "");
  Start();
  Change("a.py");
  Change("b.py");
  EXPECT_FALSE(asked_.Pop(In(std::chrono::milliseconds(300))).has_value());
  std::filesystem::remove(lock);
  const auto asked = asked_.Pop(In(kScanPatience));
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->paths.size(), 2U);
}

TEST_F(WorkspaceTest, TakesUpAChangedIgnoreFileAtOnce) {
  Start();
  Change(".dockerignore");
  const auto asked = asked_.Pop(In(kScanPatience));
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->reason, "ignored by \"f\" of .dockerignore or .tiltignore");
  EXPECT_EQ(watcher_.rewatched, 1) << "what is ignored no more has to be watched";
}

TEST_F(WorkspaceTest, TakesUpRulesThatAScanFindsOutdated) {
  Start();
  scanner_->outdated = true;
  Change("moved");
  const auto asked = asked_.Pop(In(kScanPatience));
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->reason, "ignored by \"f\" of .dockerignore or .tiltignore");
  EXPECT_EQ(watcher_.rewatched, 1) << "what is ignored no more has to be watched";
}

TEST_F(WorkspaceTest, WatchesByTheRulesThatAScanOnAnotherThreadTookUp) {
  scanner_->outdated = true;
  workspace_.ScanAll();
  ASSERT_TRUE(asked_.Pop(In(kScanPatience)).has_value());
  EXPECT_EQ(watcher_.rewatched, 0) << "only the thread that waits may ask it";
  Start();
  EXPECT_TRUE(asked_.Pop(In(kScanPatience)).value().everything) << "changes went unseen";
  EXPECT_EQ(watcher_.rewatched, 1);
}

TEST_F(WorkspaceTest, KeepsItsRulesAndSaysWhyWhenAnIgnoreFileIsWrong) {
  rules_ = InvalidArgumentError(".dockerignore:2: malformed");
  Start();
  Change(".dockerignore");
  const auto asked = asked_.Pop(In(kScanPatience));
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->reason, "") << "no rules were set";
  EXPECT_EQ(problems_.Pop(In(kScanPatience)),
            ".dockerignore:2: malformed; the patterns before count");
  EXPECT_EQ(watcher_.rewatched, 0);
}

TEST_F(WorkspaceTest, TellsWhyTheWatcherFailedAndEnds) {
  Start();
  watcher_.Push(NotFoundError("the root vanished"));
  EXPECT_EQ(told_.Pop(In(kScanPatience)).value().code(), Code::kNotFound);
  watching_.join();
}

TEST_F(WorkspaceTest, EndsWhenAskedThoughNothingChanges) {
  Start();
  watching_.request_stop();
  watching_.join();
  EXPECT_FALSE(told_.Pop(clock_.Now()).has_value()) << "an asked end is no failure";
}

}  // namespace
}  // namespace hawser::cli
