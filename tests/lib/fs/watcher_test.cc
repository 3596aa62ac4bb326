// What every watcher reports, on a real directory.
#include "lib/fs/watcher.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <thread>

#include "lib/base/unique_fd.h"
#include "lib/fs/open_writes.h"
#include "tests/support/failing_listings.h"
#include "tests/support/file_access_of_nobody.h"
#include "tests/support/temp_dir.h"

namespace hawser::fs {
namespace {

namespace stdfs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Paths = std::set<std::string>;
using Maker = Result<std::unique_ptr<Watcher>> (*)(const std::string&, IgnoreDirectory);

class WatcherTest : public ::testing::TestWithParam<Maker> {
 protected:
  WatcherTest() {
    workspace_.Write("w/d/f", "old");
    workspace_.Write("w/ignored/f", "old");
    watcher_ = GetParam()(workspace_ / "w", [this](const std::string& path) {
                 return path == ignored_;
               }).value();
  }

  std::string At(const std::string& path) const { return workspace_ / ("w/" + path); }
  void Write(const std::string& path) const { workspace_.Write("w/" + path, "saved"); }
  void Rename(const std::string& from, const std::string& to) const {
    stdfs::rename(At(from), At(to));
  }

  /// Everything reported until all of `paths` are, but for the directories that hold them: who
  /// looks at stamps may report those too.
  Paths Until(const Paths& paths) {
    Paths seen;
    while (!std::includes(seen.begin(), seen.end(), paths.begin(), paths.end())) {
      const Result<Dirty> dirty = watcher_->Wait(In(seconds(30)));
      EXPECT_TRUE(dirty.ok()) << ::testing::PrintToString(paths) << ": " << dirty.status();
      if (!dirty.ok()) break;
      EXPECT_FALSE(dirty->everything) << dirty->reason;
      EXPECT_NE(dirty->first_event, TimePoint{});
      seen.insert(dirty->paths.begin(), dirty->paths.end());
    }
    for (const std::string& path : paths) seen.erase(stdfs::path(path).parent_path().string());
    return seen;
  }

  std::string ignored_ = "ignored";
  testing::TempDir workspace_;
  std::unique_ptr<Watcher> watcher_;
};

TEST_P(WatcherTest, ReportsEveryKindOfChange) {
  workspace_.Write("w/d/f", "new");
  EXPECT_EQ(Until({"d/f"}), Paths{"d/f"});
  workspace_.Write("w/new", "");
  EXPECT_EQ(Until({"new"}), Paths{"new"});
  stdfs::permissions(At("new"), stdfs::perms(0600));
  EXPECT_EQ(Until({"new"}), Paths{"new"});
  stdfs::create_symlink("new", At("link"));
  EXPECT_EQ(Until({"link"}), Paths{"link"});
  stdfs::create_hard_link(At("new"), At("second"));
  Until({"second"});
  Rename("new", "d/moved");
  Until({"new", "d/moved"});
  stdfs::remove(At("d/moved"));
  Until({"d/moved"});
}

TEST_P(WatcherTest, ReportsWhatCameAndWentAgain) {
  const auto before = stdfs::last_write_time(At("d"));
  do {
    Write("d/brief");
    stdfs::remove(At("d/brief"));
  } while (stdfs::last_write_time(At("d")) == before);  // until the file system's clock ticks
  const Result<Dirty> dirty = watcher_->Wait(In(seconds(30)));
  ASSERT_TRUE(dirty.ok()) << dirty.status();
  EXPECT_TRUE(dirty->paths == std::vector<std::string>{"d"} ||
              dirty->paths == std::vector<std::string>{"d/brief"})
      << ::testing::PrintToString(dirty->paths);
}

TEST_P(WatcherTest, ReportsVimsSave) {
  Write("d/4913");
  stdfs::remove(At("d/4913"));
  Rename("d/f", "d/f~");
  Write("d/f");
  stdfs::remove(At("d/f~"));
  Until({"d/f"});
}

TEST_P(WatcherTest, ReportsJetBrainsSafeWrite) {
  Write("d/f___jb_tmp___");
  Rename("d/f", "d/f___jb_old___");
  Rename("d/f___jb_tmp___", "d/f");
  stdfs::remove(At("d/f___jb_old___"));
  Until({"d/f"});
}

TEST_P(WatcherTest, ReportsEmacsSave) {
  stdfs::create_symlink("me@host.1", At("d/.#f"));
  Rename("d/f", "d/f~");
  Write("d/f");
  stdfs::remove(At("d/.#f"));
  Until({"d/f"});
}

TEST_P(WatcherTest, ReportsASaveByRenameAndOneInPlace) {
  Write("d/.goutputstream-X1");
  Rename("d/.goutputstream-X1", "d/f");
  Until({"d/f"});
  Write("d/f");
  Until({"d/f"});
}

TEST_P(WatcherTest, WatchesDirectoriesThatCome) {
  stdfs::create_directories(At("x/y/z"));
  Until({"x"});
  workspace_.Write("w/x/y/z/f", "new");
  Until({"x/y/z/f"});
}

TEST_P(WatcherTest, WatchesADirectoryThatIsMovedIn) {
  workspace_.Write("outside/sub/f", "old");
  stdfs::rename(workspace_ / "outside", At("in"));
  Until({"in"});
  workspace_.Write("w/in/sub/f", "newer");
  Until({"in/sub/f"});
}

TEST_P(WatcherTest, WatchesADirectoryThatReplacedAnother) {
  workspace_.Write("w/other/f", "other");
  Until({"other"});
  Rename("d", "before");
  Rename("other", "d");
  Until({"d"});
  workspace_.Write("w/d/f", "newer still");
  Until({"d/f"});
}

TEST_P(WatcherTest, WatchesADirectoryUnderItsNewName) {
  Rename("d", "e");
  Until({"d", "e"});
  workspace_.Write("w/e/f", "newer");
  EXPECT_FALSE(Until({"e/f"}).contains("d/f"));
}

TEST_P(WatcherTest, FollowsAFileThatBecomesADirectoryAndBack) {
  stdfs::remove(At("d/f"));
  workspace_.Write("w/d/f/inner", "x");
  Until({"d/f"});
  stdfs::remove_all(At("d/f"));
  workspace_.Write("w/d/f", "a file again");
  Until({"d/f"});
}

TEST_P(WatcherTest, ForgetsADirectoryThatLeftTheWorkspace) {
  stdfs::rename(At("d"), workspace_ / "elsewhere");
  Until({"d"});
  workspace_.Write("elsewhere/f", "new");
  workspace_.Write("w/last", "");
  EXPECT_FALSE(Until({"last"}).contains("d/f"));
}

TEST_P(WatcherTest, DoesNotLookIntoIgnoredDirectories) {
  workspace_.Write("w/ignored/f", "new");
  workspace_.Write("w/last", "");
  EXPECT_EQ(Until({"last"}), Paths{"last"});
}

TEST_P(WatcherTest, FollowsAChangeOfWhatIsIgnored) {
  ignored_ = "d";
  ASSERT_TRUE(watcher_->Rewatch().ok());
  workspace_.Write("w/ignored/f", "newer");
  Until({"ignored/f"});
  workspace_.Write("w/d/f", "not seen");
  workspace_.Write("w/last", "");
  EXPECT_FALSE(Until({"last"}).contains("d/f"));
}

TEST_P(WatcherTest, HoldsAFileBackWhileItIsWritten) {
  const UniqueFd open(::open(At("d/f").c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  const TimePoint written = std::chrono::steady_clock::now();
  ASSERT_EQ(::write(open.get(), "half", 4), 4);
  EXPECT_EQ(Until({"d/f"}), Paths{"d/f"}) << "though it is never closed";
  EXPECT_GE(std::chrono::steady_clock::now() - written, OpenWrites::kRest);
}

TEST(PollingWatcherTest, TakesNothingForGoneThatCanNotBeReadNow) {
  testing::TempDir workspace;
  workspace.Write("d/f", "old");
  const auto watcher =
      MakePollingWatcher(workspace.path(), [](const auto&) { return false; }).value();
  const bool failed = testing::RunWithFailingListings(EIO, [&] {
    EXPECT_EQ(watcher->Wait(In(seconds(1))).status().code(), Code::kDeadlineExceeded);
  });
  if (!failed) GTEST_SKIP() << "the kernel refuses to filter system calls";
  EXPECT_EQ(watcher->Wait(In(seconds(30))).value().paths, std::vector<std::string>{""})
      << "who scanned meanwhile may have met the same";
  workspace.Write("d/f", "newer");
  EXPECT_EQ(watcher->Wait(In(seconds(30))).value().paths, std::vector<std::string>{"d/f"});
}

TEST(PollingWatcherTest, TakesNothingForGoneThatIsClosedToItsUser) {
  testing::TempDir workspace;
  workspace.Write("d/f", "old");
  workspace.Write("d.f", "old");
  const testing::FileAccessOfNobody unprivileged(
      {workspace.path().string(), workspace / "d", workspace / "d/f"});
  const auto watcher =
      MakePollingWatcher(workspace.path(), [](const auto&) { return false; }).value();
  Paths told;
  const auto until = [&](const std::string& path) {
    for (told.clear(); !told.contains(path);) {
      const Result<Dirty> dirty = watcher->Wait(In(seconds(30)));
      ASSERT_TRUE(dirty.ok()) << dirty.status();
      told.insert(dirty->paths.begin(), dirty->paths.end());
    }
  };
  stdfs::permissions(workspace / "d", stdfs::perms(0000));
  until("d");
  EXPECT_EQ(told, Paths{"d"});
  stdfs::remove(workspace / "d.f");
  until("d.f");
  EXPECT_FALSE(told.contains("d/f"));
  stdfs::permissions(workspace / "d", stdfs::perms(0755));
  workspace.Write("d/f", "newer");
  until("d/f");
}

TEST(InotifyWatcherTest, SaysThatItCanNotWatchADirectoryWhoseNamesCanNotBeRead) {
  testing::TempDir workspace;
  const auto watcher =
      MakeInotifyWatcher(workspace.path(), [](const auto&) { return false; }).value();
  stdfs::create_directories(workspace / "x/y");
  const bool failed = testing::RunWithFailingListings(EIO, [&] {
    const Status status = watcher->Wait(In(seconds(30))).status();
    EXPECT_EQ(status.code(), Code::kResourceExhausted) << status;
    EXPECT_NE(status.message().find("Input/output error"), std::string::npos) << status;
  });
  if (!failed) GTEST_SKIP() << "the kernel refuses to filter system calls";
}

TEST(InotifyWatcherTest, WatchesADirectoryThatIsOpenedToItsUser) {
  testing::TempDir workspace;
  workspace.Write("d/sub/f", "old");
  const testing::FileAccessOfNobody unprivileged(
      {workspace.path().string(), workspace / "d", workspace / "d/sub", workspace / "d/sub/f"});
  stdfs::permissions(workspace / "d", stdfs::perms(0000));
  const auto watcher =
      MakeInotifyWatcher(workspace.path(), [](const auto&) { return false; }).value();
  stdfs::permissions(workspace / "d", stdfs::perms(0755));
  EXPECT_EQ(watcher->Wait(In(seconds(30))).value().paths, std::vector<std::string>{"d"});
  workspace.Write("d/sub/f", "newer");
  EXPECT_EQ(watcher->Wait(In(seconds(30))).value().paths, std::vector<std::string>{"d/sub/f"});
}

TEST(InotifyWatcherTest, TellsOfAFileThatIsMadeAnewOnceItIsWhole) {
  testing::TempDir workspace;
  workspace.Write("f", "old");
  const auto watcher =
      MakeInotifyWatcher(workspace.path(), [](const auto&) { return false; }).value();
  stdfs::remove(workspace / "f");
  UniqueFd open(::open((workspace / "f").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::write(open.get(), "half", 4), 4);
  EXPECT_EQ(watcher->Wait(In(2 * OpenWrites::kComeBack)).status().code(), Code::kDeadlineExceeded);
  open.Reset();
  EXPECT_EQ(watcher->Wait(In(seconds(30))).value().paths, std::vector<std::string>{"f"});
}

TEST(InotifyWatcherTest, WaitsForAFileThatIsMadeAnewAgainAndAgain) {
  testing::TempDir workspace;
  workspace.Write("f", "old");
  const auto watcher =
      MakeInotifyWatcher(workspace.path(), [](const auto&) { return false; }).value();
  for (int time = 0; time < 3; ++time) {
    stdfs::remove(workspace / "f");
    UniqueFd open(::open((workspace / "f").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(watcher->Wait(In(Duration::zero())).status().code(), Code::kDeadlineExceeded);
    open.Reset();
    EXPECT_EQ(watcher->Wait(In(seconds(30))).value().paths, std::vector<std::string>{"f"});
  }
}

TEST(InotifyWatcherTest, WaitsForWhatJustWentBeyondTheDeadline) {
  testing::TempDir workspace;
  workspace.Write("f", "old");
  const auto watcher =
      MakeInotifyWatcher(workspace.path(), [](const auto&) { return false; }).value();
  stdfs::remove(workspace / "f");
  const Result<Dirty> dirty = watcher->Wait(In(Duration::zero()));
  ASSERT_TRUE(dirty.ok()) << dirty.status();
  EXPECT_EQ(dirty->paths, std::vector<std::string>{"f"});
}

TEST(InotifyWatcherTest, TellsAtOnceOfATemporaryFileThatTookAnothersPlace) {
  testing::TempDir workspace;
  workspace.Write("f", "old");
  const auto watcher =
      MakeInotifyWatcher(workspace.path(), [](const auto&) { return false; }).value();
  workspace.Write("f.tmp", "new");
  stdfs::rename(workspace / "f.tmp", workspace / "f");
  EXPECT_EQ(watcher->Wait(In(Duration::zero())).value().paths,
            (std::vector<std::string>{"f", "f.tmp"}));
}

TEST(InotifyWatcherTest, TellsOfBothEndsOfAMoveTogether) {
  testing::TempDir workspace;
  workspace.Write("from", "old");
  const auto watcher =
      MakeInotifyWatcher(workspace.path(), [](const auto&) { return false; }).value();
  stdfs::rename(workspace / "from", workspace / "to");
  EXPECT_EQ(watcher->Wait(In(seconds(30))).value().paths, (std::vector<std::string>{"from", "to"}));
}

TEST_P(WatcherTest, ReportsADirectoryThatStandsForManyFiles) {
  for (int i = 0; i < 500; ++i) workspace_.Write("w/many/" + std::to_string(i), "x");
  workspace_.Write("w/last", "");
  Until({"many", "last"});
}

TEST_P(WatcherTest, SaysThatNothingChanged) {
  EXPECT_EQ(watcher_->Wait(In(milliseconds(1))).status().code(), Code::kDeadlineExceeded);
}

TEST_P(WatcherTest, EndsAWaitFromAnotherThread) {
  std::jthread closer([&] { watcher_->Close(); });
  EXPECT_EQ(watcher_->Wait(In(seconds(30))).status().code(), Code::kCancelled);
  EXPECT_EQ(watcher_->Wait(In(seconds(30))).status().code(), Code::kCancelled) << "for good";
}

TEST_P(WatcherTest, SaysThatTheWorkspaceIsGoneThoughAnotherTookItsPlace) {
  stdfs::rename(workspace_ / "w", workspace_ / "away");
  workspace_.Write("w/d/f", "another");
  Result<Dirty> dirty = watcher_->Wait(In(seconds(30)));
  while (dirty.ok()) dirty = watcher_->Wait(In(seconds(30)));
  EXPECT_EQ(dirty.status().code(), Code::kNotFound);
}

TEST_P(WatcherTest, NeedsADirectory) {
  const auto nothing = [](const std::string&) { return false; };
  EXPECT_EQ(GetParam()(At("none"), nothing).status().code(), Code::kNotFound);
}

INSTANTIATE_TEST_SUITE_P(Events, WatcherTest, ::testing::Values(Maker{MakeInotifyWatcher}));
INSTANTIATE_TEST_SUITE_P(Polling, WatcherTest, ::testing::Values(Maker{MakePollingWatcher}));

}  // namespace
}  // namespace hawser::fs
