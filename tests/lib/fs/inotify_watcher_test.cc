// What the watcher reports, on a real directory.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "lib/base/unique_fd.h"
#include "lib/fs/open_writes.h"
#include "lib/fs/watcher.h"
#include "tests/support/temp_dir.h"

namespace hawser::fs {
namespace {

namespace stdfs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Paths = std::set<std::string>;

class InotifyWatcherTest : public ::testing::Test {
 protected:
  InotifyWatcherTest() {
    workspace_.Write("w/d/f", "old");
    workspace_.Write("w/ignored/f", "old");
    watcher_ = MakeInotifyWatcher(workspace_ / "w", [](const std::string& path) {
                 return path == "ignored";
               }).value();
  }

  std::string At(const std::string& path) const { return workspace_ / ("w/" + path); }

  /// Everything reported until `path` is.
  Paths Until(const std::string& path) {
    Paths seen;
    while (!seen.contains(path)) {
      const Result<Dirty> dirty = watcher_->Wait(In(seconds(30)));
      EXPECT_TRUE(dirty.ok()) << path << ": " << dirty.status();
      if (!dirty.ok()) break;
      EXPECT_FALSE(dirty->everything) << dirty->reason;
      EXPECT_NE(dirty->first_event, TimePoint{});
      seen.insert(dirty->paths.begin(), dirty->paths.end());
    }
    return seen;
  }

  testing::TempDir workspace_;
  std::unique_ptr<Watcher> watcher_;
};

TEST_F(InotifyWatcherTest, ReportsEveryKindOfChange) {
  workspace_.Write("w/d/f", "new");
  EXPECT_EQ(Until("d/f"), Paths{"d/f"});
  workspace_.Write("w/new", "");
  EXPECT_EQ(Until("new"), Paths{"new"});
  stdfs::permissions(At("new"), stdfs::perms(0600));
  EXPECT_EQ(Until("new"), Paths{"new"});
  stdfs::create_symlink("new", At("link"));
  EXPECT_EQ(Until("link"), Paths{"link"});
  stdfs::create_hard_link(At("new"), At("second"));
  EXPECT_TRUE(Until("second").contains("second"));
  stdfs::rename(At("new"), At("d/moved"));
  EXPECT_TRUE(Until("d/moved").contains("new"));
  stdfs::remove(At("d/moved"));
  EXPECT_TRUE(Until("d/moved").contains("d/moved"));
}

TEST_F(InotifyWatcherTest, ReportsAnEditorsSaveByRename) {
  workspace_.Write("w/d/.f.swp", "new");
  stdfs::rename(At("d/.f.swp"), At("d/f"));
  EXPECT_TRUE(Until("d/f").contains("d/f"));
}

TEST_F(InotifyWatcherTest, WatchesDirectoriesThatCome) {
  stdfs::create_directories(At("x/y/z"));
  EXPECT_TRUE(Until("x").contains("x"));
  workspace_.Write("w/x/y/z/f", "new");
  Until("x/y/z/f");
}

TEST_F(InotifyWatcherTest, WatchesADirectoryUnderItsNewName) {
  stdfs::rename(At("d"), At("e"));
  EXPECT_TRUE(Until("e").contains("d"));
  workspace_.Write("w/e/f", "new");
  EXPECT_FALSE(Until("e/f").contains("d/f"));
}

TEST_F(InotifyWatcherTest, ForgetsADirectoryThatLeftTheWorkspace) {
  stdfs::rename(At("d"), workspace_ / "elsewhere");
  EXPECT_EQ(Until("d"), Paths{"d"});
  workspace_.Write("elsewhere/f", "new");
  workspace_.Write("w/last", "");
  EXPECT_EQ(Until("last"), Paths{"last"});
}

TEST_F(InotifyWatcherTest, DoesNotLookIntoIgnoredDirectories) {
  workspace_.Write("w/ignored/f", "new");
  workspace_.Write("w/last", "");
  EXPECT_EQ(Until("last"), Paths{"last"});
}

TEST_F(InotifyWatcherTest, HoldsAFileBackWhileItIsWritten) {
  const UniqueFd open(::open(At("d/f").c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  const TimePoint written = std::chrono::steady_clock::now();
  ASSERT_EQ(::write(open.get(), "half", 4), 4);
  EXPECT_EQ(Until("d/f"), Paths{"d/f"}) << "though it is never closed";
  EXPECT_GE(std::chrono::steady_clock::now() - written, OpenWrites::kRest);
}

TEST_F(InotifyWatcherTest, ReportsManyChangesEachOnce) {
  for (int i = 0; i < 500; ++i) workspace_.Write("w/many/" + std::to_string(i), "x");
  workspace_.Write("w/last", "");
  const Paths seen = Until("last");
  EXPECT_TRUE(seen.contains("many")) << "stands for all below it";
}

TEST_F(InotifyWatcherTest, SaysThatNothingChanged) {
  EXPECT_EQ(watcher_->Wait(In(milliseconds(1))).status().code(), Code::kDeadlineExceeded);
}

TEST_F(InotifyWatcherTest, EndsAWaitFromAnotherThread) {
  std::jthread closer([&] { watcher_->Close(); });
  EXPECT_EQ(watcher_->Wait(In(seconds(30))).status().code(), Code::kCancelled);
  EXPECT_EQ(watcher_->Wait(In(seconds(30))).status().code(), Code::kCancelled) << "for good";
}

TEST_F(InotifyWatcherTest, SaysThatTheWorkspaceIsGone) {
  stdfs::rename(workspace_ / "w", workspace_ / "away");
  Result<Dirty> dirty = watcher_->Wait(In(seconds(30)));
  while (dirty.ok()) dirty = watcher_->Wait(In(seconds(30)));
  EXPECT_EQ(dirty.status().code(), Code::kNotFound);
}

TEST_F(InotifyWatcherTest, NeedsADirectory) {
  const auto nothing = [](const std::string&) { return false; };
  EXPECT_EQ(MakeInotifyWatcher(At("none"), nothing).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace hawser::fs
