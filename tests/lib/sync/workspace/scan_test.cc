// What a scan sees, and when it refuses to believe what it sees.
#include "lib/sync/workspace/scan.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "lib/base/content.h"
#include "lib/base/unique_fd.h"
#include "tests/lib/sync/workspace/scan_fixture.h"
#include "tests/support/flaky_stream.h"

namespace hawser::sync {
namespace {

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

TEST_F(ScanTest, KnowsWhatLargeFilesConsistOfAndDid) {
  const auto known = [](const SnapshotPtr& snapshot, const std::string& content) {
    const KnownBlocks::Blocks blocks = snapshot->blocks->Find(ContentDigest(content));
    return blocks != nullptr && *blocks == Content::Of(content).block_digests();
  };
  std::string before(2 * kDigestBlock + 7, 'x');
  BaseCache bases(1);
  for (const uint64_t room : {0U, 64U << 20}) {  // read for its identity, or to be kept
    ScannedContent content(room, bases);
    Write("large", before);
    const auto scanner = Make();
    scanner->KeepContentIn(content);
    const SnapshotPtr first = scanner->ScanAll().value().snapshot;
    EXPECT_TRUE(known(first, before)) << room;
    std::string after = before;
    after[kDigestBlock] = 'y';
    Write("large", after);
    const SnapshotPtr second = scanner->ScanDirty(PathsOf({"large"})).value().snapshot;
    EXPECT_TRUE(known(second, before)) << room;
    EXPECT_TRUE(known(second, after)) << room;
  }
}

TEST_F(ScanTest, LeavesOutAFileThatIsTooLargeAndSaysWhatToDo) {
  Write("f", "abc");
  Write("huge", "x");
  const auto scanner = Make();
  EXPECT_TRUE(scanner->ScanAll().value().snapshot->tree.contains("/app/huge"));
  stdfs::resize_file(At("huge"), wire::kMaxFileSize + 1);
  const ScanResult grown = scanner->ScanDirty(PathsOf({"huge"})).value();
  EXPECT_FALSE(grown.snapshot->tree.contains("/app/huge"));
  EXPECT_TRUE(grown.snapshot->tree.contains("/app/f"));
  ASSERT_EQ(grown.problems.size(), 1U);
  EXPECT_EQ(grown.problems[0].path, "huge");
  EXPECT_NE(grown.problems[0].message.find("4 GiB"), std::string::npos);
  EXPECT_NE(grown.problems[0].message.find(".dockerignore"), std::string::npos);
  EXPECT_EQ(Make()->ScanAll().value().problems, grown.problems) << "from the start, too";
  Write("huge", "small again");
  const ScanResult shrunk = scanner->ScanDirty(PathsOf({"huge"})).value();
  EXPECT_TRUE(shrunk.snapshot->tree.contains("/app/huge"));
  EXPECT_TRUE(shrunk.problems.empty());
}

TEST_F(ScanTest, RefusesAWorkspaceOfMoreThanATreeMayHoldUntilItHoldsLess) {
  for (const std::string path : {"a", "b", "c"}) Write(path, path);
  const auto scanner =
      MakeScanner(root(), Rules::Make({{"", "/app", {}, false}}, {}).value(), "", 3).value();
  ASSERT_TRUE(scanner->ScanAll().ok());
  Write("d", "d");
  ExpectRefused(scanner->ScanDirty(PathsOf({"d"})),
                "4 files and directories to sync, and at most 3");
  Write("a", "changed");
  ExpectRefused(scanner->ScanDirty(PathsOf({"a"})), ".dockerignore");
  stdfs::remove(At("b"));
  const SnapshotPtr left = scanner->ScanDirty(PathsOf({"b"})).value().snapshot;
  EXPECT_EQ(left->tree.size(), 3U);
  EXPECT_EQ(left->tree.at("/app/a").digest, Sha256("changed"));
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

TEST_F(ScanTest, HandsOverWhatItReads) {
  Write("f", "abc");
  Write("g", "def");
  const auto scanner = Make();
  BaseCache bases(1000);
  ScannedContent content(10, bases);
  scanner->KeepContentIn(content);
  ASSERT_TRUE(scanner->ScanAll().ok());
  EXPECT_NE(content.Get(Sha256("abc")), nullptr) << "a first sync sends it";
  Write("f", "abcd");
  Write("g", "too long to be kept");
  ASSERT_TRUE(scanner->ScanDirty(PathsOf({"f", "g"})).ok());
  ASSERT_NE(content.Get(Sha256("abcd")), nullptr);
  EXPECT_EQ(content.Get(Sha256("abcd"))->Join(0, 1), "abcd");
  EXPECT_EQ(content.Get(Sha256("too long to be kept")), nullptr);
  Write("g", "x");
  ASSERT_TRUE(scanner->ScanDirty(PathsOf({"g"})).ok());
  EXPECT_EQ(content.Get(Sha256("abcd")), nullptr) << "of the scan before";
}

TEST_F(ScanTest, PublishesWhatItLookedAtAhead) {
  Write("f", "old");
  Write("gone", "old");
  const auto scanner = Make();
  const SnapshotPtr before = scanner->ScanAll().value().snapshot;
  Write("f", "first");
  scanner->LookAhead(PathsOf({"f"}));
  Write("f", "second");
  Write("new", "n");
  stdfs::remove(At("gone"));
  scanner->LookAhead(PathsOf({"f", "new", "gone"}));
  const SnapshotPtr after = scanner->ScanDirty(PathsOf({"f", "gone", "new"})).value().snapshot;
  EXPECT_EQ(before->tree.at("/app/f").digest, Sha256("old"));
  EXPECT_EQ(after->tree.at("/app/f").digest, Sha256("second"));
  EXPECT_TRUE(after->tree.contains("/app/new"));
  EXPECT_FALSE(after->tree.contains("/app/gone"));
}

TEST_F(ScanTest, LookingAheadSparesTheScanTheReading) {
  Write("f", "old");
  const auto scanner = Make();
  ASSERT_TRUE(scanner->ScanAll().ok());
  Write("f", "seen");
  scanner->LookAhead(PathsOf({"f"}));
  Write("f", "not announced");
  const SnapshotPtr after = scanner->ScanDirty(PathsOf({"f"})).value().snapshot;
  EXPECT_EQ(after->tree.at("/app/f").digest, Sha256("seen"));
}

TEST_F(ScanTest, FindsWhatGrewTooLargeToBeLookedAtAhead) {
  Write("d/f", "old");
  const auto scanner = Make();
  ASSERT_TRUE(scanner->ScanAll().ok());
  Write("d/f", "small");
  scanner->LookAhead(PathsOf({"d", "d/f"}));
  const std::string large(1 << 20, 'x');
  Write("d/f", large);
  scanner->LookAhead(PathsOf({"d/f"}));
  const SnapshotPtr after = scanner->ScanDirty(PathsOf({"d", "d/f"})).value().snapshot;
  EXPECT_EQ(after->tree.at("/app/d/f").digest, ContentDigest(large));
}

TEST_F(ScanTest, ALookAtEverythingKeepsWhatWasSeenAhead) {
  Write("f", "old");
  const auto scanner = Make();
  ASSERT_TRUE(scanner->ScanAll().ok());
  Write("f", "new");
  scanner->LookAhead(PathsOf({"f"}));
  EXPECT_EQ(scanner->ScanAll().value().snapshot->tree.at("/app/f").digest, Sha256("new"));
}

TEST_F(ScanTest, WhatVanishesWithTheWorkspaceIsNotDeletedAhead) {
  Write("f", "old");
  Write("g", "old");
  const auto scanner = Make();
  const SnapshotPtr before = scanner->ScanAll().value().snapshot;
  stdfs::remove(At("f"));
  scanner->LookAhead(PathsOf({"f"}));
  stdfs::remove(At("g"));
  scanner->LookAhead(PathsOf({"g"}));
  ExpectRefused(scanner->ScanDirty(PathsOf({"f", "g"})), "is empty now", Code::kUnavailable);
  Write("f", "old");
  Write("g", "old");
  EXPECT_EQ(scanner->ScanAll().value().snapshot->digest, before->digest);
}

TEST_F(ScanTest, NeverMissesAnEditInTheSameTickWithTheSameSize) {
  Write("f", "0000");
  const auto scanner = Make();
  for (int i = 0; i < 200; ++i) {
    const std::string content = std::to_string(1000 + i);
    Write("f", content);
    const auto scan = i % 2 == 0 ? scanner->ScanAll() : scanner->ScanDirty(PathsOf({"f"}));
    ASSERT_EQ(scan.value().snapshot->tree.at("/app/f").digest, ContentDigest(content)) << i;
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
  ExpectRefused(scanner->ScanDirty(PathsOf({"f"})), "is empty now", Code::kUnavailable);
  Write("g", "abc");
  EXPECT_TRUE(scanner->ScanAll().value().snapshot->tree.contains("/app/g"));
}

TEST_F(ScanTest, LooksAtEverythingAfterTheWorkspaceWasEmpty) {
  Write("f", "old");
  Write("g", "old");
  const auto scanner = Make();
  ASSERT_TRUE(scanner->ScanAll().ok());
  stdfs::remove(At("f"));
  stdfs::remove(At("g"));
  ExpectRefused(scanner->ScanDirty(PathsOf({"f", "g"})), "is empty now", Code::kUnavailable);
  Write("f", "new");
  const Tree tree = scanner->ScanDirty(PathsOf({"f"})).value().snapshot->tree;
  EXPECT_EQ(tree.at("/app/f").digest, Sha256("new"));
  EXPECT_FALSE(tree.contains("/app/g")) << "it went while nobody could look";
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
    EXPECT_EQ(scan.snapshot->tree.at("/app/f").digest, ContentDigest(content));
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

TEST_F(ScanTest, TakesUpOtherRulesWithoutReadingFilesAgain) {
  Write("a", "kept");
  Write("b", "left out, then back");
  Write("logs/c", "left out, then back");
  const auto scanner = Make();
  const SnapshotPtr all = scanner->ScanAll().value().snapshot;
  scanner->SetRules(Rules::Make({{"", "/app", {"b", "logs"}}}, {}).value());
  const SnapshotPtr fewer = scanner->ScanDirty(PathsOf({"a"})).value().snapshot;
  EXPECT_EQ(fewer->tree.size(), 1U);
  EXPECT_TRUE(fewer->tree.contains("/app/a"));
  scanner->SetRules(Rules::Make({{"", "/app", {}}}, {}).value());
  EXPECT_EQ(scanner->ScanAll().value().snapshot->digest, all->digest);
  scanner->SetRules(Rules::Make({{"", "/other", {}}}, {}).value());
  const SnapshotPtr moved = scanner->ScanAll().value().snapshot;
  EXPECT_EQ(moved->tree.size(), all->tree.size());
  EXPECT_EQ(moved->tree.at("/other/a").digest, Sha256("kept"));
  EXPECT_EQ(moved->sources.Find("/other/logs/c"), "logs/c");
}

TEST_F(ScanTest, SyncsNamesOfAnyBytes) {
  const std::string names[] = {"new\nline", "\xff\xfe", "tab\t", " ", "-rf", "\"quoted\"", "a:b"};
  for (const std::string& name : names) Write(name, name);
  const ScanResult scan = Make()->ScanAll().value();
  EXPECT_TRUE(scan.problems.empty());
  for (const std::string& name : names) {
    ASSERT_TRUE(scan.snapshot->tree.contains("/app/" + name)) << ::testing::PrintToString(name);
    EXPECT_EQ(scan.snapshot->tree.at("/app/" + name).digest, Sha256(name));
  }
}

TEST_F(ScanTest, LeavesPrivilegedBitsBehind) {
  Write("f", "abc");
  ASSERT_EQ(::chmod(At("f").c_str(), 06755), 0);
  ASSERT_EQ(::mkdir(At("d").c_str(), 0755), 0);
  ASSERT_EQ(::chmod(At("d").c_str(), 03775), 0);
  const Tree tree = Make()->ScanAll().value().snapshot->tree;
  EXPECT_EQ(tree.at("/app/f").mode, 0755U);
  EXPECT_EQ(tree.at("/app/d").mode, 0775U);
}

TEST_F(ScanTest, ReportsSocketsAndDevicesByName) {
  Write("f", "abc");
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  At("s").copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const bool device = ::mknod(At("null").c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0;
  const ScanResult scan = Make()->ScanAll().value();
  EXPECT_EQ(scan.snapshot->tree.size(), 1U);
  ASSERT_EQ(scan.problems.size(), device ? 2U : 1U);
  EXPECT_EQ(scan.problems.back().path, "s");
  EXPECT_NE(scan.problems.back().message.find("neither a file"), std::string::npos);
}

TEST_F(ScanTest, FollowsAFileThatBecomesADirectoryAndBack) {
  Write("x", "file");
  const auto scanner = Make();
  ASSERT_TRUE(scanner->ScanAll().ok());
  stdfs::remove(At("x"));
  Write("x/inner", "inside");
  const Tree directory = scanner->ScanDirty(PathsOf({"x"})).value().snapshot->tree;
  EXPECT_EQ(directory.at("/app/x").kind, EntryKind::kDirectory);
  EXPECT_TRUE(directory.contains("/app/x/inner"));
  stdfs::remove_all(At("x"));
  Write("x", "file again");
  const Tree file = scanner->ScanDirty(PathsOf({"x"})).value().snapshot->tree;
  EXPECT_EQ(file.at("/app/x").digest, Sha256("file again"));
  EXPECT_EQ(file.size(), 1U);
}

TEST_F(ScanTest, SeesAnEditThroughAnotherNameOfTheFile) {
  Write("a", "one");
  stdfs::create_hard_link(At("a"), At("b"));
  const auto scanner = Make();
  ASSERT_TRUE(scanner->ScanAll().ok());
  Write("a", "two");
  const Tree tree = scanner->ScanAll().value().snapshot->tree;
  EXPECT_EQ(tree.at("/app/a").digest, Sha256("two"));
  EXPECT_EQ(tree.at("/app/b").digest, Sha256("two"));
}

TEST_F(ScanTest, NeverTrustsATimeInTheFuture) {
  const timespec future[2] = {{32503680000, 0}, {32503680000, 0}};
  Write("f", "aaa");
  ::utimensat(AT_FDCWD, At("f").c_str(), future, 0);
  const auto scanner = Make();
  EXPECT_TRUE(scanner->ScanAll().ok());
  Write("f", "bbb");
  ::utimensat(AT_FDCWD, At("f").c_str(), future, 0);
  EXPECT_EQ(scanner->ScanAll().value().snapshot->tree.at("/app/f").digest, Sha256("bbb"));
}

TEST_F(ScanTest, ReportsAPathThatIsTooLongAndSyncsTheRest) {
  Write("f", "abc");
  const std::string name(200, 'n');
  UniqueFd at(::open(root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int depth = 0; depth < 25; ++depth) {
    ASSERT_EQ(::mkdirat(at.get(), name.c_str(), 0755), 0);
    at = UniqueFd(::openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  const ScanResult scan = Make()->ScanAll().value();
  EXPECT_TRUE(scan.snapshot->tree.contains("/app/f"));
  ASSERT_EQ(scan.problems.size(), 1U) << "the first that is too long stands for all below it";
  for (const auto& [path, entry] : scan.snapshot->tree) EXPECT_LE(path.size(), 4096U);
}

TEST_F(ScanTest, RefusesARootThatIsNoDirectory) {
  const Rules rules = Rules::Make({}, {}).value();
  EXPECT_EQ(MakeScanner(At("none"), rules).status().code(), Code::kNotFound);
  Write("f", "");
  EXPECT_EQ(MakeScanner(At("f"), rules).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace hawser::sync
