// What a scan sees, and when it refuses to believe what it sees.
#include "lib/sync/workspace/scan.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <random>

#include "tests/support/flaky_stream.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

namespace stdfs = std::filesystem;

fs::Dirty PathsOf(std::vector<std::string> paths) {
  fs::Dirty dirty;
  dirty.paths = std::move(paths);
  return dirty;
}

class ScanTest : public ::testing::Test {
 protected:
  ScanTest() { stdfs::create_directories(root()); }

  std::string root() const { return parent_ / "w"; }
  std::string At(const std::string& path) const { return root() + "/" + path; }
  void Write(const std::string& path, const std::string& content) const {
    parent_.Write("w/" + path, content);
  }
  std::unique_ptr<Scanner> Make(std::vector<Rule> rules = {{"", "/app", {}, false}}) const {
    return MakeScanner(root(), Rules::Make(std::move(rules), {}).value()).value();
  }
  static void ExpectRefused(const Result<ScanResult>& scan, const std::string& why) {
    EXPECT_EQ(scan.status().code(), Code::kFailedPrecondition);
    EXPECT_NE(scan.status().message().find(why), std::string::npos) << scan.status();
  }

  testing::TempDir parent_;
};

TEST_F(ScanTest, PublishesKindModeSizeAndDigest) {
  Write("d/f", "abc");
  stdfs::permissions(At("d/f"), stdfs::perms(0750));
  stdfs::create_symlink("f", At("d/l"));
  const ScanResult scan = Make()->ScanAll().value();
  const Tree& tree = scan.snapshot->tree;
  ASSERT_EQ(tree.size(), 3U);
  EXPECT_EQ(tree.at("/app/d").kind, EntryKind::kDirectory);
  EXPECT_EQ(tree.at("/app/d/f").mode, 0750U);
  EXPECT_EQ(tree.at("/app/d/f").size, 3U);
  EXPECT_EQ(tree.at("/app/d/f").digest, Sha256("abc"));
  EXPECT_EQ(tree.at("/app/d/l").target, "f");
  EXPECT_EQ(scan.snapshot->digest, tree.digest());
  EXPECT_EQ(scan.snapshot->sources.Find("/app/d/f"), "d/f");
  EXPECT_TRUE(scan.problems.empty());
}

TEST_F(ScanTest, PublishesNothingNewForATouchedFile) {
  Write("f", "abc");
  const auto scanner = Make();
  const SnapshotPtr before = scanner->ScanAll().value().snapshot;
  stdfs::last_write_time(At("f"), stdfs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_EQ(scanner->ScanDirty(PathsOf({"f"})).value().snapshot, before);
  Write("f", "abd");
  const SnapshotPtr after = scanner->ScanDirty(PathsOf({"f"})).value().snapshot;
  EXPECT_EQ(after->id, before->id + 1);
  EXPECT_EQ(after->tree.at("/app/f").digest, Sha256("abd"));
}

TEST_F(ScanTest, NeverMissesAnEditInTheSameTickWithTheSameSize) {
  Write("f", "0000");
  const auto scanner = Make();
  for (int i = 0; i < 200; ++i) {
    const std::string content = std::to_string(1000 + i);
    Write("f", content);
    const auto scan = i % 2 == 0 ? scanner->ScanAll() : scanner->ScanDirty(PathsOf({"f"}));
    ASSERT_EQ(scan.value().snapshot->tree.at("/app/f").digest, Sha256(content)) << i;
  }
}

TEST_F(ScanTest, NeverMissesAnEditWhoseTimeWasPutBack) {
  const timespec old[2] = {{1600000000, 0}, {1600000000, 0}};
  Write("f", "aaa");
  ::utimensat(AT_FDCWD, At("f").c_str(), old, 0);
  const auto scanner = Make();
  ASSERT_TRUE(scanner->ScanAll().ok());
  Write("f", "bbb");
  ::utimensat(AT_FDCWD, At("f").c_str(), old, 0);
  EXPECT_EQ(scanner->ScanAll().value().snapshot->tree.at("/app/f").digest, Sha256("bbb"));
}

TEST_F(ScanTest, TakesAVanishedWorkspaceForNothing) {
  Write("f", "abc");
  const auto scanner = Make();
  const SnapshotPtr before = scanner->ScanAll().value().snapshot;
  stdfs::rename(root(), parent_ / "away");
  ExpectRefused(scanner->ScanAll(), "is gone");
  ExpectRefused(scanner->ScanDirty(PathsOf({"f"})), "is gone");
  stdfs::create_directory(root());
  Write("f", "abc");
  ExpectRefused(scanner->ScanAll(), "another directory");
  stdfs::remove_all(root());
  stdfs::rename(parent_ / "away", root());
  EXPECT_EQ(scanner->ScanAll().value().snapshot, before) << "put back, all is as it was";
}

TEST_F(ScanTest, TakesAnEmptiedWorkspaceForNothing) {
  const auto scanner = Make();
  EXPECT_TRUE(scanner->ScanAll().ok()) << "it may be empty at the start";
  Write("f", "abc");
  ASSERT_TRUE(scanner->ScanDirty(PathsOf({"f"})).ok());
  stdfs::remove(At("f"));
  ExpectRefused(scanner->ScanDirty(PathsOf({"f"})), "is empty now");
  Write("g", "abc");
  EXPECT_TRUE(scanner->ScanAll().value().snapshot->tree.contains("/app/g"));
}

TEST_F(ScanTest, LeavesOutAndReportsWhatCanNotBeSynced) {
  Write("f", "abc");
  stdfs::create_symlink("/etc/passwd", At("absolute"));
  stdfs::create_symlink("../../x", At("up"));
  ASSERT_EQ(::mkfifo(At("fifo").c_str(), 0600), 0);
  const ScanResult scan = Make()->ScanAll().value();
  EXPECT_EQ(scan.snapshot->tree.size(), 1U);
  ASSERT_EQ(scan.problems.size(), 3U);
  EXPECT_EQ(scan.problems[0].path, "absolute");
  EXPECT_EQ(scan.problems[1].path, "fifo");
  EXPECT_EQ(scan.problems[2].path, "up");
}

TEST_F(ScanTest, ReportsTwoFilesForOnePlace) {
  Write("a/f", "first");
  Write("b/f", "second");
  const ScanResult scan =
      Make({{"a", "/app", {}, false}, {"b", "/app", {}, false}})->ScanAll().value();
  EXPECT_EQ(scan.snapshot->tree.at("/app/f").digest, Sha256("first"));
  ASSERT_EQ(scan.problems.size(), 1U);
  EXPECT_EQ(scan.problems[0].path, "b/f");
}

TEST_F(ScanTest, FindsTheSameByDirtyPathsAsByLookingAtEverything) {
  std::mt19937_64 random(testing::TestSeed());
  const auto any_path = [&] {
    std::string path(1, static_cast<char>('a' + random() % 4));
    for (uint64_t depth = random() % 3; depth > 0; --depth) {
      path +=
          random() % 4 == 0 ? "/a.b" : "/" + std::string(1, static_cast<char>('a' + random() % 3));
    }
    return path;
  };
  Write("kept", "so that it is never empty");
  const auto scanner = Make({{"", "/app", {"c/b", "*.b"}, false}});
  for (int round = 0; round < 150; ++round) {
    std::vector<std::string> dirty;
    for (uint64_t edits = 1 + random() % 4; edits > 0; --edits) {
      const std::string path = any_path();
      dirty.push_back(path.substr(0, path.find('/')));
      std::error_code ignored;
      if (random() % 2 == 0) stdfs::remove_all(At(path), ignored);
      stdfs::create_directories(stdfs::path(At(path)).parent_path(), ignored);
      if (ignored || stdfs::exists(At(path))) continue;
      if (random() % 4 == 0) stdfs::create_directory(At(path), ignored);
      if (random() % 2 == 0 && !stdfs::exists(At(path))) Write(path, std::to_string(random() % 9));
    }
    const SnapshotPtr by_paths = scanner->ScanDirty(PathsOf(dirty)).value().snapshot;
    const SnapshotPtr by_all =
        Make({{"", "/app", {"c/b", "*.b"}, false}})->ScanAll().value().snapshot;
    ASSERT_EQ(by_paths->digest, by_all->digest) << "round " << round;
    for (const auto& [path, entry] : by_all->tree) {
      ASSERT_EQ(by_paths->sources.Find(path), by_all->sources.Find(path)) << path;
    }
  }
}

TEST_F(ScanTest, TakesAFileOfSeveralThatGoToOnePlaceFromTheFirstRule) {
  const auto scanner = Make({{"over", "/app", {}, false}, {"under", "/app", {}, false}});
  Write("under/f", "under");
  Write("under/other", "1");
  const auto expect = [&](const std::string& source, const std::string& content, size_t problems) {
    const ScanResult scan = scanner->ScanDirty(PathsOf({"over", "under"})).value();
    EXPECT_EQ(scan.snapshot->tree.at("/app/f").digest, Sha256(content));
    EXPECT_EQ(scan.snapshot->sources.Find("/app/f"), source);
    EXPECT_EQ(scan.snapshot->sources.Find("/app/other"), "under/other");
    EXPECT_EQ(scan.problems.size(), problems);
  };
  expect("under/f", "under", 0);
  Write("over/f", "over");
  expect("over/f", "over", 1);
  Write("under/f", "hidden");
  expect("over/f", "over", 1);
  stdfs::remove(At("over/f"));
  expect("under/f", "hidden", 0);
}

TEST_F(ScanTest, ReadsIgnoreFilesInOrderAndNamesTheBadLine) {
  EXPECT_TRUE(ReadIgnoreFiles(root()).value().empty());
  Write(".dockerignore", "# comment\nbuild\n");
  Write(".tiltignore", "!build/keep\n");
  EXPECT_EQ(ReadIgnoreFiles(root()).value(), (std::vector<std::string>{"build", "!build/keep"}));
  Write(".tiltignore", "fine\n[a-\n");
  const Status status = ReadIgnoreFiles(root()).status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find(".tiltignore:2"), std::string::npos) << status;
}

TEST_F(ScanTest, RefusesARootThatIsNoDirectory) {
  const Rules rules = Rules::Make({}, {}).value();
  EXPECT_EQ(MakeScanner(At("none"), rules).status().code(), Code::kNotFound);
  Write("f", "");
  EXPECT_EQ(MakeScanner(At("f"), rules).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace hawser::sync
