// What can't be written is told with what to do about it, and costs nothing else.
#include "lib/sync/apply/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "lib/sync/apply/apply.h"
#include "lib/sync/store/content_store.h"
#include "tests/lib/sync/entries.h"
#include "tests/support/bind_mount.h"
#include "tests/support/small_disk.h"

namespace hawser::sync {
namespace {

using testing::BindMount;
using ::testing::HasSubstr;
using wire::ProblemReason;

/// A container on a small disk of its own; its store is elsewhere.
class ProblemTest : public ::testing::Test {
 protected:
  void SetUp() override {
    disk_ = testing::SmallDisk::Make();
    if (disk_ == nullptr) GTEST_SKIP() << "this user may mount nothing";
    std::filesystem::create_directories(disk_->path() + "/app");
  }
  Entry Stored(const std::string& content) {
    EXPECT_TRUE(store_->Put(ContentDigest(content), content).ok());
    EXPECT_TRUE(store_->Flush().ok());
    return FileEntry(content);
  }
  ApplyReport Apply(const TreeEdits& edits) {
    return Applier(disk_->path(), reader_, {{"/app", false}}).Apply(edits);
  }
  std::string At(const std::string& path) const { return disk_->path() + path; }
  void Write(const std::string& path, const std::string& content) const {
    std::filesystem::create_directories(std::filesystem::path(At(path)).parent_path());
    std::ofstream(At(path), std::ios::binary) << content;
  }
  std::string Read(const std::string& path) const {
    std::ifstream in(At(path), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static int64_t NamesIn(const std::string& directory) {
    return std::distance(std::filesystem::directory_iterator(directory), {});
  }

  testing::TempDir elsewhere_;
  std::unique_ptr<ContentStore> store_ = ContentStore::Open(elsewhere_ / "store").value();
  ContentReader reader_{elsewhere_ / "store"};
  std::unique_ptr<testing::SmallDisk> disk_;
};

TEST_F(ProblemTest, AFullDiskKeepsTheOldVersionUntilThereIsRoom) {
  for (const size_t size : {size_t{16000}, size_t{300000}}) {
    disk_->Grow();
    Write("/app/f", "old");
    const TreeEdits edits{{"/app/f", Stored(std::string(size, 'n'))}, {"/app/gone", std::nullopt}};
    Write("/app/gone", "");
    disk_->Leave(4096);
    const ApplyReport report = Apply(edits);
    ASSERT_EQ(report.problems.size(), 1U) << size;
    EXPECT_EQ(report.problems[0].path, "/app/f");
    EXPECT_EQ(report.problems[0].reason, ProblemReason::kNoSpace);
    EXPECT_THAT(report.problems[0].message, HasSubstr("free space"));
    EXPECT_EQ(Read("/app/f"), "old");
    EXPECT_EQ(NamesIn(At("/app")), 1) << "no temporary file stays, and the rest is done";
    disk_->Grow();
    EXPECT_TRUE(Apply(edits).problems.empty());
    EXPECT_EQ(Read("/app/f").size(), size);
  }
}

TEST_F(ProblemTest, AReadOnlyFileSystemBelowATargetFailsItsOwnPathsAlone) {
  Write("/app/ro/f", "image's");
  const BindMount mount(At("/app/ro"), At("/app/ro"));
  mount.MakeReadOnly();
  const ApplyReport report = Apply({{"/app/ro/f", Stored("1")},
                                    {"/app/ro/d/g", Stored("2")},
                                    {"/app/ro/l", SymlinkEntry("f")},
                                    {"/app/w", Stored("3")}});
  ASSERT_EQ(report.problems.size(), 3U);
  for (const wire::Problem& problem : report.problems) {
    EXPECT_EQ(problem.reason, ProblemReason::kReadOnly) << problem.path;
    EXPECT_THAT(problem.message, HasSubstr("mount an emptyDir"));
  }
  EXPECT_EQ(Read("/app/ro/f"), "image's");
  EXPECT_EQ(Read("/app/w"), "3");
}

TEST_F(ProblemTest, APathThatIsAMountPointIsNeitherReplacedNorRemoved) {
  Write("/app/config.yaml", "image's");
  std::filesystem::create_directories(At("/app/data"));
  elsewhere_.Write("subpath", "ConfigMap's");
  const BindMount file(elsewhere_ / "subpath", At("/app/config.yaml"));
  const BindMount directory(elsewhere_.path().string(), At("/app/data"));
  for (const TreeEdits& edits :
       {TreeEdits{{"/app/config.yaml", Stored("mine")}, {"/app/data", Stored("a file")}},
        TreeEdits{{"/app/config.yaml", SymlinkEntry("x")}, {"/app/data", SymlinkEntry("x")}},
        TreeEdits{{"/app/config.yaml", std::nullopt}, {"/app/data", std::nullopt}}}) {
    const ApplyReport report = Apply(edits);
    ASSERT_EQ(report.problems.size(), 2U);
    for (const wire::Problem& problem : report.problems) {
      EXPECT_EQ(problem.reason, ProblemReason::kBusy) << problem.path << problem.message;
      EXPECT_THAT(problem.message, HasSubstr("spec.sync[].ignore"));
    }
    EXPECT_EQ(Read("/app/config.yaml"), "ConfigMap's");
    EXPECT_EQ(NamesIn(At("/app")), 2);
  }
  EXPECT_TRUE(Apply({{"/app/data/below", Stored("x")}}).problems.empty());
  EXPECT_EQ(elsewhere_.Read("below"), "x") << "what is mounted may be written below";
}

TEST_F(ProblemTest, WhatIsMountedBelowATargetIsNeverExtraneous) {
  for (const char* path : {"/app/image/f", "/app/uploads/image", "/app/cache/image"})
    Write(path, "");
  Write("/app/config.yaml", "image's");
  Write("/same/file", "same disk's");
  elsewhere_.Write("volume/db/rows", "volume's");
  elsewhere_.Write("subpath", "ConfigMap's");
  const BindMount volume(elsewhere_ / "volume", At("/app/uploads"));
  const BindMount same_disk(At("/same"), At("/app/cache"));
  const BindMount file(elsewhere_ / "subpath", At("/app/config.yaml"));
  Applier applier(disk_->path(), reader_, {{"/app", true}});
  const Tree tree{{"/app/f", Stored("1")}, {"/app/uploads/mine", Stored("2")}};
  EXPECT_TRUE(applier.Converge(tree, {}).problems.empty());
  EXPECT_FALSE(std::filesystem::exists(At("/app/image")));
  EXPECT_EQ(Read("/app/uploads/db/rows"), "volume's");
  EXPECT_EQ(Read("/app/uploads/mine"), "2");
  EXPECT_EQ(Read("/app/cache/file"), "same disk's");
  EXPECT_EQ(Read("/app/config.yaml"), "ConfigMap's");
  Applier asked(disk_->path(), reader_, {{"/app", true}, {"/app/uploads", true}});
  EXPECT_TRUE(asked.Converge(tree, {}).problems.empty());
  EXPECT_EQ(NamesIn(At("/app/uploads")), 1) << "a root of its own says so";
}

/// A directory under two names stands in for a file system that ignores case.
TEST_F(ProblemTest, FilesThatDifferOnlyInCaseAndAreOneAreTold) {
  const BindMount mount = testing::MakeUnderTwoNames(At("/app/Dir"), At("/app/dir"));
  const TreeEdits edits{{"/app/Dir/same", Stored("1")},    {"/app/dir/same", Stored("1")},
                        {"/app/Dir/other", Stored("1")},   {"/app/dir/other", Stored("2")},
                        {"/app/apart/f", Stored("1")},     {"/app/apart/F", Stored("2")},
                        {"/app/Dir/l", SymlinkEntry("1")}, {"/app/dir/l", SymlinkEntry("2")}};
  std::set<std::string> paths;
  for (const wire::Problem& problem : Apply(edits).problems) {
    paths.insert(problem.path);
    EXPECT_THAT(problem.message, HasSubstr("ignores case"));
  }
  const std::set<std::string> expected = {"/app/Dir/other", "/app/dir/other", "/app/Dir/l",
                                          "/app/dir/l"};
  EXPECT_EQ(paths, expected);
  const Tree tree{{"/app/Dir/other", Stored("1")}, {"/app/dir/other", Stored("2")}};
  EXPECT_EQ(Applier(disk_->path(), reader_, {{"/app", false}}).Converge(tree, {}).problems.size(),
            2U);
}

TEST_F(ProblemTest, APathThatChangesOnlyItsCaseKeepsWhatItHolds) {
  const BindMount mount = testing::MakeUnderTwoNames(At("/app/Dir"), At("/app/dir"));
  Write("/app/Dir/f", "old");
  Write("/app/Dir/gone", "old");
  std::filesystem::create_directories(At("/app/Dir/empty"));
  const TreeEdits edits{{"/app/Dir/f", std::nullopt},     {"/app/dir/f", Stored("new")},
                        {"/app/Dir/empty", std::nullopt}, {"/app/dir/empty", DirectoryEntry()},
                        {"/app/Dir/gone", std::nullopt},  {"/app/dir/Gone", Stored("new")}};
  EXPECT_TRUE(Apply(edits).problems.empty());
  EXPECT_EQ(Read("/app/dir/f"), "new");
  EXPECT_TRUE(std::filesystem::is_directory(At("/app/dir/empty")));
  EXPECT_FALSE(std::filesystem::exists(At("/app/dir/gone"))) << "another file than Gone here";
  EXPECT_EQ(Read("/app/dir/Gone"), "new");
}

TEST_F(ProblemTest, ANameThatJoinsAnotherCaseIsTold) {
  const BindMount mount = testing::MakeUnderTwoNames(At("/app/dir"), At("/app/DIR"));
  EXPECT_FALSE(Apply({{"/app/1", Stored("a")}, {"/app/f", Stored("a")}}).ignores_case);
  EXPECT_TRUE(Apply({{"/app/dir/1", Stored("a")}}).ignores_case);
  const TreeEdits edits{{"/app/DIR/1", Stored("b")}};
  const Tree tree = Tree{{"/app/dir/1", Stored("a")}, {"/app/dir/2", Stored("a")}}.With(edits);
  Applier applier(disk_->path(), reader_, {{"/app", false}});
  ApplyReport report = applier.Apply(edits);
  EXPECT_TRUE(report.problems.empty()) << "the edits alone do not say";
  applier.AddCollisions(edits, tree, report);
  ASSERT_EQ(report.problems.size(), 2U);
  EXPECT_EQ(report.problems[0].path, "/app/DIR/1");
  EXPECT_EQ(report.problems[1].path, "/app/dir/1");
  applier.AddCollisions(edits, tree, report);
  EXPECT_EQ(report.problems.size(), 2U) << "told once";
  ApplyReport other;
  applier.AddCollisions({{"/app/dir/2", Stored("a")}}, tree, other);
  EXPECT_TRUE(other.problems.empty()) << "another batch's";
}

TEST_F(ProblemTest, AFreshContainerKeepsWhatStandsUnderAnotherCase) {
  const BindMount mount = testing::MakeUnderTwoNames(At("/app/Dir"), At("/app/dir"));
  Write("/app/Dir/f", "old");
  Write("/app/Dir/extra", "old");
  const Tree tree{{"/app/dir", DirectoryEntry()}, {"/app/dir/f", Stored("new")}};
  Applier applier(disk_->path(), reader_, {{"/app", true}});
  EXPECT_TRUE(applier.Converge(tree, {"/app/Dir", "/app/Dir/f"}).problems.empty());
  EXPECT_EQ(Read("/app/dir/f"), "new");
  EXPECT_FALSE(std::filesystem::exists(At("/app/dir/extra"))) << "nothing of that name is wanted";
}

}  // namespace
}  // namespace hawser::sync
