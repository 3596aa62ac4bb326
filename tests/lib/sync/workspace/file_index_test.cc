// What can't be read now is not known to be gone.
#include "lib/sync/workspace/file_index.h"

#include <errno.h>
#include <gtest/gtest.h>

#include "lib/base/content.h"
#include "tests/lib/sync/workspace/scan_fixture.h"
#include "tests/support/failing_listings.h"
#include "tests/support/file_access_of_nobody.h"

namespace hawser::sync {
namespace {

class FileIndexTest : public ScanTest {};

TEST_F(FileIndexTest, KeepsWhatItCanNotReadNow) {
  const testing::FileAccessOfNobody unprivileged({parent_.path().string(), root()});
  Write("d/f", "abc");
  Write("g", "abc");
  const auto scanner = Make();
  const SnapshotPtr before = scanner->ScanAll().value().snapshot;
  stdfs::permissions(At("d"), stdfs::perms(0000));
  const ScanResult scan = scanner->ScanAll().value();
  EXPECT_TRUE(scan.snapshot->tree.contains("/app/d/f")) << "it is not known to be gone";
  EXPECT_FALSE(scan.problems.empty());
  stdfs::permissions(At("d"), stdfs::perms(0755));
}

TEST_F(FileIndexTest, KeepsADirectoryWhoseNamesCanNotBeReadNow) {
  Write("d/f", "abc");
  Write("d/sub/g", "abc");
  Write("h", "old");
  const auto scanner = Make();
  const SnapshotPtr before = scanner->ScanAll().value().snapshot;
  Write("h", "new");
  const bool failed = testing::RunWithFailingListings(EIO, [&] {
    const ScanResult scan = scanner->ScanDirty(PathsOf({"d", "h"})).value();
    EXPECT_TRUE(scan.snapshot->tree.contains("/app/d/f")) << "it is not known to be gone";
    EXPECT_TRUE(scan.snapshot->tree.contains("/app/d/sub/g"));
    EXPECT_EQ(scan.snapshot->tree.at("/app/h").digest, Sha256("new"));
    ASSERT_EQ(scan.problems.size(), 1U);
    EXPECT_EQ(scan.problems[0], (ScanProblem{"d", "Input/output error"}));
  });
  if (!failed) GTEST_SKIP() << "the kernel refuses to filter system calls";
  const ScanResult again = scanner->ScanDirty(PathsOf({"d"})).value();
  EXPECT_TRUE(again.problems.empty());
  EXPECT_EQ(again.snapshot->tree.size(), before->tree.size());
}

TEST_F(FileIndexTest, TakesAWorkspaceWhoseNamesCanNotBeReadForNothing) {
  Write("d/f", "abc");
  Write("h", "old");
  const auto scanner = Make();
  const SnapshotPtr before = scanner->ScanAll().value().snapshot;
  const bool failed = testing::RunWithFailingListings(
      EIO, [&] { ExpectRefused(scanner->ScanAll(), "Input/output error", Code::kUnavailable); });
  if (!failed) GTEST_SKIP() << "the kernel refuses to filter system calls";
  Write("d/f", "new");
  Write("h", "new");
  const SnapshotPtr after = scanner->ScanDirty(PathsOf({"h"})).value().snapshot;
  EXPECT_EQ(after->tree.at("/app/h").digest, Sha256("new"));
  EXPECT_EQ(after->tree.at("/app/d/f").digest, Sha256("new")) << "everything is looked at again";
  EXPECT_EQ(after->tree.size(), before->tree.size());
}

TEST_F(FileIndexTest, WhatCanNotBeReadGoesWhereTheNewRulesSay) {
  Write("d/f", "abc");
  Write("d/g", "abc");
  const auto scanner = Make({{"", "/app", {"d/g"}}});
  ASSERT_TRUE(scanner->ScanAll().ok());
  const testing::FileAccessOfNobody unprivileged({parent_.path().string(), root(), At("d")});
  stdfs::permissions(At("d"), stdfs::perms(0000));
  scanner->SetRules(Rules::Make({{"", "/app", {"d/f"}}}, {}).value());
  const ScanResult scan = scanner->ScanAll().value();
  EXPECT_FALSE(scan.snapshot->tree.contains("/app/d/f")) << "it is ignored now";
  EXPECT_FALSE(scan.snapshot->tree.contains("/app/d/g")) << "nobody knows what it holds";
  stdfs::permissions(At("d"), stdfs::perms(0755));
}

}  // namespace
}  // namespace hawser::sync
