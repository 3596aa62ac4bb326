// What is prepared stays out of sight, appears whole, and never gets in the way of what is wanted.
#include "lib/sync/apply/prepared_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "lib/sync/apply/apply.h"
#include "tests/lib/sync/apply/stored_files.h"

namespace hawser::sync {
namespace {

namespace stdfs = std::filesystem;

class PreparedFilesTest : public StoredFilesTest {
 protected:
  void Prepare(const Tree& tree) {
    std::vector<wire::PathEntry> entries;
    for (const auto& [path, entry] : tree) entries.push_back({path, entry});
    if (!prepared_) prepared_.emplace(container_.path().string(), reader_, roots_);
    prepared_->Add(entries);
  }
  ApplyReport Apply(const TreeEdits& edits) {
    ApplyReport report =
        Applier(container_.path().string(), reader_, roots_).Apply(edits, &*prepared_);
    prepared_.reset();
    return report;
  }
  ApplyReport Converge(const Tree& tree) {
    ApplyReport report =
        Applier(container_.path().string(), reader_, roots_).Converge(tree, {}, &*prepared_);
    prepared_.reset();
    return report;
  }
  static TreeEdits EditsOf(const Tree& tree) {
    TreeEdits edits;
    for (const auto& [path, entry] : tree) edits[path] = entry;
    return edits;
  }
  /// Nothing temporary is left in the root.
  void ExpectClean() {
    for (const auto& entry : stdfs::directory_iterator(container_ / "app")) {
      EXPECT_FALSE(entry.path().filename().string().starts_with(".hawser-")) << entry.path();
    }
  }
  mode_t ModeOf(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(::stat((container_ / path).c_str(), &info), 0) << path;
    return info.st_mode & 07777;
  }
  ino_t InodeOf(const stdfs::path& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_ino;
  }
  /// Where the only file that is prepared lies now.
  stdfs::path HiddenFile(const std::string& name) {
    for (const auto& entry : stdfs::recursive_directory_iterator(container_ / "app")) {
      if (entry.path().filename() == name) return entry.path();
    }
    return {};
  }

  const std::vector<wire::SyncRoot> roots_{{"/app", false}};
  std::optional<PreparedFiles> prepared_;
};

TEST_F(PreparedFilesTest, AppearsWholeByRenameWithModesAndTimes) {
  const Tree tree{{"/app/d", DirectoryEntry(0555)},
                  {"/app/d/f", Stored("abc", 0751)},
                  {"/app/d/in", DirectoryEntry(0700)},
                  {"/app/d/in/l", SymlinkEntry("../f")}};
  for (const bool converge : {false, true}) {
    SCOPED_TRACE(converge);
    Prepare(tree);
    EXPECT_FALSE(container_.Exists("app/d"));
    const ino_t inode = InodeOf(HiddenFile("f"));
    const ApplyReport report = converge ? Converge(tree) : Apply(EditsOf(tree));
    EXPECT_TRUE(report.problems.empty());
    EXPECT_EQ(report.written, converge ? 3U : 4U) << "one directory is right already";
    EXPECT_EQ(report.bytes, 3U);
    EXPECT_EQ(InodeOf(container_ / "app/d/f"), inode);
    EXPECT_EQ(container_.Read("app/d/in/l"), "abc");
    EXPECT_EQ(ModeOf("app/d"), 0555U);
    EXPECT_EQ(ModeOf("app/d/f"), 0751U);
    EXPECT_EQ(ModeOf("app/d/in"), 0700U);
    struct stat info {};
    ASSERT_EQ(::stat((container_ / "app/d/f").c_str(), &info), 0);
    EXPECT_EQ(info.st_mtim.tv_nsec, 123456789);
    ExpectClean();
    ::chmod((container_ / "app/d").c_str(), 0700);
    stdfs::remove_all(container_ / "app");
  }
}

TEST_F(PreparedFilesTest, ServesManyFilesAndNeighboursWhoseNamesSortBetween) {
  Tree tree{{"/app/a", DirectoryEntry()},
            {"/app/a-b", DirectoryEntry()},
            {"/app/a-b/f", Stored("b")},
            {"/app/a.txt", Stored("text")}};
  for (int i = 0; i < 500; ++i) {
    tree.Put("/app/a/" + std::to_string(i), Stored(std::to_string(i)));
  }
  Prepare(tree);
  EXPECT_EQ(prepared_->tree().size(), 503U) << "all but a file in a directory that is there";
  EXPECT_TRUE(Converge(tree).problems.empty());
  EXPECT_EQ(container_.Read("app/a-b/f"), "b");
  EXPECT_EQ(container_.Read("app/a.txt"), "text");
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(container_.Read("app/a/" + std::to_string(i)), std::to_string(i));
  }
  ExpectClean();
}

TEST_F(PreparedFilesTest, LeavesOutWhatIsNotWantedAnyMoreOrIsWantedOtherwise) {
  Prepare({{"/app/d", DirectoryEntry()},
           {"/app/d/changed", Stored("1")},
           {"/app/d/gone", Stored("1")},
           {"/app/d/kind", DirectoryEntry()},
           {"/app/d/kind/f", Stored("1")},
           {"/app/d/same", Stored("same")},
           {"/app/e", DirectoryEntry()},
           {"/app/e/f", Stored("e")}});
  const Tree tree{{"/app/d", DirectoryEntry(0700)},
                  {"/app/d/changed", Stored("2")},
                  {"/app/d/kind", Stored("a file")},
                  {"/app/d/late", Stored("late")},
                  {"/app/d/same", Stored("same")}};
  EXPECT_TRUE(Apply(EditsOf(tree)).problems.empty());
  EXPECT_EQ(container_.Read("app/d/changed"), "2");
  EXPECT_EQ(container_.Read("app/d/kind"), "a file");
  EXPECT_EQ(container_.Read("app/d/late"), "late");
  EXPECT_EQ(container_.Read("app/d/same"), "same");
  EXPECT_FALSE(container_.Exists("app/d/gone"));
  EXPECT_FALSE(container_.Exists("app/e"));
  EXPECT_EQ(ModeOf("app/d"), 0700U);
  ExpectClean();
}

TEST_F(PreparedFilesTest, TakesABatchThatComesASecondTimeWithOtherContent) {
  Prepare({{"/app/d", DirectoryEntry()}, {"/app/d/f", Stored("1")}});
  const Tree again{{"/app/d", DirectoryEntry()}, {"/app/d/f", Stored("2")}};
  Prepare(again);
  EXPECT_EQ(prepared_->tree(), again);
  EXPECT_TRUE(Converge(again).problems.empty());
  EXPECT_EQ(container_.Read("app/d/f"), "2");
  ExpectClean();
}

TEST_F(PreparedFilesTest, GivesWayToWhatTheAppMadeMeanwhile) {
  const Tree tree{{"/app/d", DirectoryEntry()}, {"/app/d/f", Stored("wanted")}};
  container_.Write("etc/passwd", "root");
  for (const char* made : {"a filled directory", "a file", "a link"}) {
    SCOPED_TRACE(made);
    Prepare(tree);
    if (made == std::string("a filled directory")) {
      container_.Write("app/d/own", "the app's");
    } else if (made == std::string("a file")) {
      container_.Write("app/d", "the app's");
    } else {
      stdfs::create_directory_symlink(container_ / "etc", container_ / "app/d");
    }
    EXPECT_TRUE(Converge(tree).problems.empty());
    EXPECT_EQ(container_.Read("app/d/f"), "wanted");
    EXPECT_EQ(container_.Exists("app/d/own"), made == std::string("a filled directory"));
    EXPECT_FALSE(container_.Exists("etc/f"));
    ExpectClean();
    stdfs::remove_all(container_ / "app/d");
  }
}

TEST_F(PreparedFilesTest, PreparesNothingWhereSomethingIsOrMayNotBeFollowed) {
  container_.Write("etc/passwd", "root");
  container_.Write("app/there/f", "old");
  container_.Write("app/file", "old");
  stdfs::create_directory_symlink(container_ / "etc", container_ / "app/link");
  Prepare({{"/app/file", DirectoryEntry()},
           {"/app/file/f", Stored("x")},
           {"/app/link", DirectoryEntry()},
           {"/app/link/new", DirectoryEntry()},
           {"/app/link/new/f", Stored("x")},
           {"/app/missing/d", DirectoryEntry()},
           {"/app/there", DirectoryEntry()},
           {"/app/there/f", Stored("x")},
           {"/etc/d", DirectoryEntry()},
           {"/etc/d/f", Stored("x")}});
  EXPECT_TRUE(prepared_->tree().empty());
  EXPECT_EQ(container_.Read("app/there/f"), "old");
  EXPECT_FALSE(container_.Exists("etc/new"));
  EXPECT_FALSE(container_.Exists("etc/d"));
}

TEST_F(PreparedFilesTest, LeavesWhatCannotBeWrittenToTheApplier) {
  const Tree tree{{"/app/d", DirectoryEntry()},
                  {"/app/d/f", Stored("f")},
                  {"/app/d/lost", FileEntry("never stored")}};
  Prepare(tree);
  EXPECT_EQ(prepared_->tree().size(), 2U);
  const ApplyReport report = Converge(tree);
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].path, "/app/d/lost");
  EXPECT_EQ(container_.Read("app/d/f"), "f");
}

TEST_F(PreparedFilesTest, MakesAMissingRootAndRemovesWhatWasNotPlaced) {
  Prepare({{"/app/d", DirectoryEntry(0500)}, {"/app/d/f", Stored("x")}});
  EXPECT_TRUE(container_.Exists("app"));
  prepared_.reset();
  EXPECT_TRUE(stdfs::is_empty(container_ / "app"));
}

TEST_F(PreparedFilesTest, GoesWithTheProcessThatWasKilled) {
  container_.Write("app/.hawser-0-1-2.tmp/1/d/f", "prepared");
  const Tree tree{{"/app/d", DirectoryEntry()}, {"/app/d/f", Stored("x")}};
  EXPECT_TRUE(
      Applier(container_.path().string(), reader_, roots_).Converge(tree, {}).problems.empty());
  ExpectClean();
  EXPECT_EQ(container_.Read("app/d/f"), "x");
}

}  // namespace
}  // namespace hawser::sync
