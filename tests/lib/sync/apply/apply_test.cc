// What reaches the container's files, and what never does.
#include "lib/sync/apply/apply.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/lib/sync/apply/stored_files.h"

namespace hawser::sync {
namespace {

class ApplyTest : public StoredFilesTest {
 protected:
  ApplyReport Apply(const Tree& before, const Tree& after) {
    TreeEdits edits;
    for (const TreeChange& change : Diff(before, after)) edits[change.path] = change.after;
    return Applier(container_.path().string(), reader_, {{"/app", false}}).Apply(edits);
  }
};

TEST_F(ApplyTest, WritesContentModeAndTime) {
  const Tree tree{{"/app/d", DirectoryEntry(0555)}, {"/app/d/a", Stored("abc", 0751)}};
  EXPECT_TRUE(Apply({}, tree).problems.empty());
  EXPECT_EQ(container_.Read("app/d/a"), "abc");
  struct stat info {};
  ASSERT_EQ(::stat((container_ / "app/d/a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0751U);
  EXPECT_EQ(info.st_mtim.tv_nsec, 123456789);
  ASSERT_EQ(::stat((container_ / "app/d").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0555U);
}

TEST_F(ApplyTest, ChangesKindsBothWays) {
  const Tree directory{{"/app/x", DirectoryEntry()}, {"/app/x/a", Stored("1")}};
  const Tree file{{"/app/x", Stored("2")}};
  const Tree link{{"/app/x", SymlinkEntry("a")}};
  Tree before;
  for (const Tree& after : {directory, file, link, directory, link, file, directory}) {
    EXPECT_TRUE(Apply(before, after).problems.empty());
    before = after;
  }
  EXPECT_EQ(container_.Read("app/x/a"), "1");
}

TEST_F(ApplyTest, PutsManyFilesAsItPutsFew) {
  Tree tree;
  for (int i = 0; i < 1000; ++i) {
    const std::string directory = "/app/d" + std::to_string(i % 7);
    tree.Put(directory, DirectoryEntry(0555));
    tree.Put(directory + "/made/f" + std::to_string(i), Stored(std::to_string(i)));
    tree.Put(directory + "/l" + std::to_string(i), SymlinkEntry("made"));
  }
  tree.Put("/app/lost", FileEntry("never stored"));
  const ApplyReport report = Apply({}, tree);
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].path, "/app/lost");
  EXPECT_EQ(report.written, 2007U);
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "app/d" + std::to_string(i % 7) + "/made/f" + std::to_string(i);
    EXPECT_EQ(container_.Read(path), std::to_string(i));
  }
  struct stat info {};
  ASSERT_EQ(::stat((container_ / "app/d6").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0555U);
}

TEST_F(ApplyTest, NeverWritesContentThatWasDamagedInTheStore) {
  const Entry entry = Stored("abc");
  std::fstream pack(directory_ / "store/packs/pack-1");
  pack.seekp(-1, std::ios::end);
  pack.put('z');
  pack.close();
  const ApplyReport report = Apply({}, {{"/app/f", entry}});
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_FALSE(container_.Exists("app/f"));
}

TEST_F(ApplyTest, NeverFollowsALinkOutOfTheRoot) {
  container_.Write("etc/passwd", "root");
  std::filesystem::create_directories(container_ / "app");
  std::filesystem::create_directory_symlink("../etc", container_ / "app/sub");
  const ApplyReport report = Apply({}, {{"/app/sub/passwd", Stored("evil")}});
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].reason, wire::ProblemReason::kEscapes);
  EXPECT_TRUE(Apply({{"/app/sub/passwd", Stored("evil")}}, {}).problems.empty());
  EXPECT_EQ(container_.Read("etc/passwd"), "root");
}

TEST_F(ApplyTest, RefusesPathsOutsideEveryRoot) {
  const ApplyReport report = Apply({}, {{"/etc/passwd", Stored("evil")}});
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_FALSE(container_.Exists("etc"));
}

TEST_F(ApplyTest, ConvergesWhereARunWasKilledInADirectoryThatWentSince) {
  container_.Write("app/d/.hawser-0123456789abcdef.tmp", "half of d/a");
  container_.Write("app/e/.hawser-0123456789abcdef.tmp", "half of e/a");
  const Tree tree{{"/app/d", Stored("a file now")}};
  const ApplyReport report = Applier(container_.path().string(), reader_, {{"/app", false}})
                                 .Converge(tree, {"/app/d/a", "/app/e", "/app/e/a"});
  EXPECT_TRUE(report.problems.empty());
  EXPECT_EQ(container_.Read("app/d"), "a file now");
  EXPECT_FALSE(container_.Exists("app/e"));
}

TEST_F(ApplyTest, ConvergesInDirectoriesThatWereThereAndInNewOnes) {
  const Tree before{{"/app/old", DirectoryEntry()}, {"/app/old/same", Stored("same")}};
  EXPECT_TRUE(Apply({}, before).problems.empty());
  container_.Write("app/old/other", "not this");
  struct stat first {};
  ASSERT_EQ(::stat((container_ / "app/old/same").c_str(), &first), 0);
  Tree tree = before;
  tree.Put("/app/old/other", Stored("other"));
  tree.Put("/app/new", DirectoryEntry(0555));
  tree.Put("/app/new/file", Stored("file", 0600));
  tree.Put("/app/new/link", SymlinkEntry("file"));
  const ApplyReport report =
      Applier(container_.path().string(), reader_, {{"/app", false}}).Converge(tree, {});
  EXPECT_TRUE(report.problems.empty());
  EXPECT_EQ(report.written, 4U);
  EXPECT_EQ(container_.Read("app/old/other"), "other");
  EXPECT_EQ(container_.Read("app/new/link"), "file");
  struct stat second {};
  ASSERT_EQ(::stat((container_ / "app/old/same").c_str(), &second), 0);
  EXPECT_EQ(first.st_ino, second.st_ino);
}

TEST_F(ApplyTest, RemovesWhatIsExtraneousWhereTheInnermostRootSaysSo) {
  const auto converge = [&](bool outer, bool inner) {
    for (const char* path : {"app/old/f", "app/data/db/rows", "app/data.old"}) {
      container_.Write(path, "image's");
    }
    const Tree tree{{"/app/f", Stored("1")}};
    const std::vector<wire::SyncRoot> roots{{"/app", outer}, {"/app/data", inner}};
    EXPECT_TRUE(
        Applier(container_.path().string(), reader_, roots).Converge(tree, {}).problems.empty());
    EXPECT_TRUE(container_.Exists("app/data")) << "a root stays";
    EXPECT_EQ(container_.Exists("app/old"), !outer);
    EXPECT_EQ(container_.Exists("app/data.old"), !outer);
    EXPECT_EQ(container_.Exists("app/data/db/rows"), !inner);
  };
  for (const bool outer : {false, true}) {
    for (const bool inner : {false, true}) converge(outer, inner);
  }
}

TEST_F(ApplyTest, GoesOnAfterAProblemAndLeavesNoTemporary) {
  container_.Write("app/x/foreign", "kept");
  const ApplyReport report = Apply({}, {{"/app/x", Stored("1")}, {"/app/y", Stored("2")}});
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].path, "/app/x");
  EXPECT_EQ(container_.Read("app/x/foreign"), "kept");
  EXPECT_EQ(container_.Read("app/y"), "2");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(container_ / "app"), {}), 2);
}

}  // namespace
}  // namespace hawser::sync
