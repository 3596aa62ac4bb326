// What only a watcher with the kernel's events does; what all do is in watcher_test.cc.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "lib/fs/watcher.h"
#include "tests/support/temp_dir.h"

namespace hawser::fs {
namespace {

namespace stdfs = std::filesystem;

/// The watches of all of this process's inotify instances, as the kernel counts them.
int WatchesOfThisProcess() {
  int watches = 0;
  for (const auto& fd : stdfs::directory_iterator("/proc/self/fdinfo")) {
    std::ifstream info(fd.path());
    for (std::string line; std::getline(info, line);) watches += line.starts_with("inotify wd:");
  }
  return watches;
}

TEST(InotifyWatcherTest, SpendsNoWatchOnIgnoredDirectories) {
  const testing::TempDir workspace;
  for (int i = 0; i < 50; ++i) {
    stdfs::create_directories(workspace / ("node_modules/p" + std::to_string(i) + "/lib"));
  }
  stdfs::create_directories(workspace / "src/deep");
  bool ignores = true;
  const auto watcher = MakeInotifyWatcher(workspace.path(), [&](const std::string& path) {
                         return ignores && path.starts_with("node_modules");
                       }).value();
  EXPECT_EQ(WatchesOfThisProcess(), 3) << "the root, src and src/deep";
  ignores = false;
  ASSERT_TRUE(watcher->Rewatch().ok());
  EXPECT_EQ(WatchesOfThisProcess(), 104);
  ignores = true;
  stdfs::rename(workspace / "src", workspace / "node_modules/src");
  const Result<Dirty> dirty = watcher->Wait(In(std::chrono::seconds(30)));
  EXPECT_TRUE(dirty.ok()) << dirty.status();
  EXPECT_EQ(WatchesOfThisProcess(), 102) << "what was moved out of sight costs nothing";
}

TEST(InotifyWatcherTest, SaysThatEventsWereLostAndWatchesWhatCameMeanwhile) {
  int queue = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> queue;
  if (queue == 0 || queue > 200000) GTEST_SKIP() << "the kernel queues " << queue << " events";
  const testing::TempDir workspace;
  const std::string files[] = {workspace.Write("a", ""), workspace.Write("b", "")};
  const auto watcher =
      MakeInotifyWatcher(workspace.path(), [](const std::string&) { return false; }).value();
  // Equal events in a row are merged, so two files take turns.
  for (int i = 0; i <= queue; ++i) ::chmod(files[i % 2].c_str(), i % 4 < 2 ? 0600 : 0644);
  stdfs::create_directory(workspace / "late");
  const Result<Dirty> lost = watcher->Wait(In(std::chrono::seconds(30)));
  ASSERT_TRUE(lost.ok()) << lost.status();
  EXPECT_TRUE(lost->everything);
  EXPECT_NE(lost->reason.find("overflow"), std::string::npos) << lost->reason;
  workspace.Write("late/f", "x");
  Result<Dirty> dirty = watcher->Wait(In(std::chrono::seconds(30)));
  while (dirty.ok() && std::count(dirty->paths.begin(), dirty->paths.end(), "late/f") == 0) {
    dirty = watcher->Wait(In(std::chrono::seconds(30)));
  }
  EXPECT_TRUE(dirty.ok()) << dirty.status();
}

TEST(InotifyWatcherTest, WatchesATreeDeeperThanItMayHaveFilesOpen) {
  const testing::TempDir workspace;
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "d/";
  stdfs::create_directories(workspace / deep);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{.rlim_cur = 64, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto watcher =
      MakeInotifyWatcher(workspace.path(), [](const std::string&) { return false; });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(watcher.ok()) << watcher.status();
  workspace.Write(deep + "f", "x");
  const Result<Dirty> dirty = (*watcher)->Wait(In(std::chrono::seconds(30)));
  ASSERT_TRUE(dirty.ok()) << dirty.status();
  EXPECT_EQ(dirty->paths.front(), deep + "f");
}

}  // namespace
}  // namespace hawser::fs
