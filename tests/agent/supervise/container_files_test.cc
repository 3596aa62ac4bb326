// The container follows the agent's state: by steps where it can, by looking at every file where it
// must.
#include "agent/supervise/container_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "lib/sync/store/content_store.h"
#include "tests/support/bind_mount.h"
#include "tests/support/small_disk.h"
#include "tests/support/temp_dir.h"

namespace hawser::agent {
namespace {

namespace stdfs = std::filesystem;

class ContainerFilesTest : public ::testing::Test {
 protected:
  ContainerFilesTest() {
    configure_.generation = 1;
    configure_.roots = {{.path = "/app"}};
  }

  wire::Entry Stored(const std::string& content) {
    EXPECT_TRUE(store_->Put(ContentDigest(content), content).ok());
    EXPECT_TRUE(store_->Flush().ok());
    return {.size = content.size(), .digest = ContentDigest(content)};
  }
  /// The agent confirms a batch.
  void Confirm(const sync::TreeEdits& edits) {
    sync::StateDelta delta{.last_batch = state_.last_batch + 1,
                           .configure = configure_,
                           .steps_due = {},
                           .edits = edits};
    ASSERT_TRUE(journal_.Append(state_, delta, state_.tree.With(edits).digest()).ok());
    sync::Advance(state_, delta);
  }
  FilesReport Bring() {
    FilesReport report = files_.Bring();
    EXPECT_TRUE(report.status.ok()) << report.status;
    EXPECT_EQ(report.tree, state_.last_batch == 0 ? Digest() : state_.tree.digest());
    return report;
  }

  std::vector<std::string> NamesIn(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& entry : stdfs::directory_iterator(directory_ / directory)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  testing::TempDir directory_;
  const Volume volume_{.dir = directory_ / "volume"};
  std::unique_ptr<sync::ContentStore> store_ = sync::ContentStore::Open(volume_.Store()).value();
  sync::StateJournal journal_{volume_.State()};
  sync::AgentState state_;
  wire::Configure configure_;
  VolumeFiles files_{volume_, directory_ / "container"};
};

TEST_F(ContainerFilesTest, HasNothingToBringBeforeABatchWasConfirmed) {
  EXPECT_FALSE(Bring().live);
  state_.configure = configure_;
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  const FilesReport report = Bring();
  EXPECT_FALSE(report.live);
  EXPECT_EQ(report.configure, configure_);
}

TEST_F(ContainerFilesTest, BringsEveryStepSinceTheLastTime) {
  Confirm({{"/app/a", Stored("1")}, {"/app/b", Stored("1")}});
  EXPECT_TRUE(Bring().live);
  Confirm({{"/app/a", Stored("2")}});
  Confirm({{"/app/a", Stored("3")}, {"/app/b", std::nullopt}});
  EXPECT_TRUE(Bring().problems.empty());
  EXPECT_EQ(directory_.Read("container/app/a"), "3");
  EXPECT_FALSE(directory_.Exists("container/app/b"));
}

TEST_F(ContainerFilesTest, LeavesAloneWhatNoStepNames) {
  Confirm({{"/app/a", Stored("1")}, {"/app/b", Stored("1")}});
  Bring();
  directory_.Write("container/app/a", "changed by the app");
  Confirm({{"/app/b", Stored("2")}});
  Bring();
  EXPECT_EQ(directory_.Read("container/app/a"), "changed by the app");
}

TEST_F(ContainerFilesTest, BringsWhatItPreparedAtTheStartAndLater) {
  const wire::Entry directory{.kind = wire::EntryKind::kDirectory, .mode = 0755};
  for (const std::string top : {"/app/first", "/app/second"}) {
    const wire::Entry file = Stored("in " + top);
    files_.Prepare(configure_.roots, {{{top, directory}, {top + "/f", file}}});
    EXPECT_FALSE(directory_.Exists("container" + top));
    Confirm({{top, directory}, {top + "/f", file}, {top + "/g", Stored("late")}});
    EXPECT_TRUE(Bring().problems.empty());
    EXPECT_EQ(directory_.Read("container" + top + "/f"), "in " + top);
    EXPECT_EQ(directory_.Read("container" + top + "/g"), "late");
  }
  EXPECT_EQ(NamesIn("container/app"), (std::vector<std::string>{"first", "second"}));
}

TEST_F(ContainerFilesTest, RemovesWhatItPreparedForABatchThatDoesNotCome) {
  const wire::Entry directory{.kind = wire::EntryKind::kDirectory, .mode = 0755};
  files_.Prepare(configure_.roots, {{{"/app/d", directory}, {"/app/d/f", Stored("x")}}});
  ASSERT_EQ(NamesIn("container/app").size(), 1U);
  files_.DropPrepared();
  EXPECT_TRUE(NamesIn("container/app").empty());
}

TEST_F(ContainerFilesTest, RemovesWhatAProcessBeforeItPreparedThoughNothingWasEverConfirmed) {
  directory_.Write("container/app/.hawser-0-1-2.tmp/1/f", "prepared");
  state_.configure = configure_;
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  EXPECT_FALSE(Bring().live);
  EXPECT_TRUE(NamesIn("container/app").empty());
}

TEST_F(ContainerFilesTest, TriesWhatFailedAgainAndSaysSoEveryTime) {
  directory_.Write("container/app/x/foreign", "in the way");
  Confirm({{"/app/x", Stored("1")}});
  EXPECT_EQ(Bring().problems.size(), 1U);
  Confirm({{"/app/y", Stored("2")}});
  EXPECT_EQ(Bring().problems.size(), 1U);
  stdfs::remove_all(directory_ / "container/app/x");
  Confirm({{"/app/y", Stored("3")}});
  EXPECT_TRUE(Bring().problems.empty());
  EXPECT_EQ(directory_.Read("container/app/x"), "1");
}

TEST_F(ContainerFilesTest, ForgetsWhatFailedOnceItIsNotWantedAnyMore) {
  directory_.Write("container/app/x/foreign", "in the way");
  Confirm({{"/app/x", Stored("1")}});
  EXPECT_EQ(Bring().problems.size(), 1U);
  Confirm({{"/app/x", std::nullopt}});
  EXPECT_TRUE(Bring().problems.empty());
  EXPECT_EQ(directory_.Read("container/app/x/foreign"), "in the way");
}

/// A directory under two names stands in for a file system that ignores case.
TEST_F(ContainerFilesTest, BringsBackWhatANameOfAnotherCaseOverwroteOnceThatIsGone) {
  const auto disk = testing::SmallDisk::Make();
  if (disk == nullptr) GTEST_SKIP() << "this user may mount nothing";
  const testing::BindMount mount = testing::MakeUnderTwoNames(directory_ / "container/app/dir",
                                                              directory_ / "container/app/DIR");
  Confirm({{"/app/dir/1", Stored("first")}});
  EXPECT_TRUE(Bring().problems.empty());
  Confirm({{"/app/DIR/1", Stored("joins")}});
  EXPECT_EQ(Bring().problems.size(), 2U);
  Confirm({{"/app/x", Stored("x")}});
  EXPECT_EQ(Bring().problems.size(), 2U) << "every time";
  Confirm({{"/app/DIR/1", std::nullopt}});
  EXPECT_TRUE(Bring().problems.empty());
  EXPECT_EQ(directory_.Read("container/app/dir/1"), "first");
}

TEST_F(ContainerFilesTest, LooksAtEveryFileWhenTheRootsChanged) {
  Confirm({{"/app/a", Stored("1")}, {"/srv/b", Stored("2")}});
  EXPECT_EQ(Bring().problems.size(), 1U) << "outside the roots";
  configure_.roots.push_back({.path = "/srv"});
  Confirm({});
  EXPECT_TRUE(Bring().problems.empty());
  EXPECT_EQ(directory_.Read("container/srv/b"), "2");
}

TEST_F(ContainerFilesTest, LooksAtEveryFileWhenTheAgentBeganAnew) {
  Confirm({{"/app/a", Stored("1")}});
  Bring();
  state_ = {};
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  Confirm({{"/app/a", Stored("other")}});
  Confirm({{"/app/b", Stored("b")}});
  EXPECT_TRUE(Bring().problems.empty());
  EXPECT_EQ(directory_.Read("container/app/a"), "other");
  EXPECT_EQ(directory_.Read("container/app/b"), "b");
}

TEST_F(ContainerFilesTest, GoesOnWithTheFileThatReplacedADamagedOne) {
  Confirm({{"/app/a", Stored("1")}});
  Bring();
  directory_.Write("volume/state", directory_.Read("volume/state") + std::string(100, '\0'));
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  Confirm({{"/app/a", Stored("2")}});
  EXPECT_TRUE(Bring().problems.empty());
  EXPECT_EQ(directory_.Read("container/app/a"), "2");
}

TEST_F(ContainerFilesTest, TouchesNothingWhenTheStateIsDamagedAndRecoversWithIt) {
  Confirm({{"/app/a", Stored("1")}});
  Bring();
  const std::string good = directory_.Read("volume/state");
  directory_.Write("volume/state", good + std::string(100, '\0'));
  EXPECT_EQ(files_.Bring().status.code(), Code::kDataLoss);
  EXPECT_EQ(directory_.Read("container/app/a"), "1");
  directory_.Write("volume/state", good);
  EXPECT_TRUE(Bring().live);
}

}  // namespace
}  // namespace hawser::agent
