// Where several rules lead to one place, there still is one tree.
#include "lib/sync/workspace/overlay.h"

#include <gtest/gtest.h>

#include <random>
#include <system_error>

#include "lib/base/content.h"
#include "tests/lib/sync/workspace/scan_fixture.h"
#include "tests/support/flaky_stream.h"

namespace hawser::sync {
namespace {

class OverlayTest : public ScanTest {};

/// What stands in the way of a tree's entry: a path above it that is no directory.
std::string WhatIsInTheWay(const Tree& tree) {
  for (const auto& [path, entry] : tree) {
    if (entry.kind != EntryKind::kDirectory && tree.HasBelow(path)) return path;
  }
  return "";
}

TEST_F(OverlayTest, LeavesOutWhatLiesBelowAFileOfAnotherRule) {
  Write("one/conf", "file");
  Write("two/conf/x", "below");
  Write("two/conf/d/y", "below");
  Write("two/other", "beside");
  const auto scanner = Make({{"one", "/app", {}, false}, {"two", "/app", {}, false}});
  const ScanResult hidden = scanner->ScanAll().value();
  EXPECT_EQ(hidden.snapshot->tree.size(), 2U);
  EXPECT_EQ(hidden.snapshot->tree.at("/app/conf").digest, Sha256("file"));
  ASSERT_EQ(hidden.problems.size(), 1U) << "one stands for all below it";
  EXPECT_EQ(hidden.problems[0].path, "two/conf");
  EXPECT_EQ(hidden.problems[0].message,
            "is left out: spec.sync[1] takes it to /app/conf, where spec.sync[0] takes the file "
            "one/conf; rename one of them, or have its rule ignore it");
  stdfs::remove(At("one/conf"));
  const ScanResult shown = scanner->ScanDirty(PathsOf({"one/conf"})).value();
  EXPECT_EQ(shown.snapshot->tree.size(), 5U);
  EXPECT_TRUE(shown.snapshot->tree.contains("/app/conf/d/y"));
  EXPECT_EQ(shown.snapshot->sources.Find("/app/conf/x"), "two/conf/x");
  EXPECT_TRUE(shown.problems.empty());
  Write("one/conf", "file");
  const ScanResult again = scanner->ScanDirty(PathsOf({"one/conf"})).value();
  EXPECT_EQ(again.snapshot->digest, hidden.snapshot->digest);
  EXPECT_EQ(again.problems, hidden.problems);
  Write("two/conf/new", "below");
  EXPECT_EQ(scanner->ScanDirty(PathsOf({"two/conf/new"})).value().snapshot->digest,
            hidden.snapshot->digest);
  stdfs::remove_all(At("two/conf"));
  EXPECT_TRUE(scanner->ScanDirty(PathsOf({"two/conf"})).value().problems.empty());
}

TEST_F(OverlayTest, LeavesOutARuleThatLeadsBelowAFile) {
  Write("one/conf", "file");
  Write("two/x", "below");
  const auto scanner = Make({{"one", "/app", {}, false}, {"two", "/app/conf/deep", {}, false}});
  const ScanResult hidden = scanner->ScanAll().value();
  EXPECT_EQ(hidden.snapshot->tree.size(), 1U);
  ASSERT_EQ(hidden.problems.size(), 1U);
  EXPECT_EQ(hidden.problems[0].path, "two");
  EXPECT_EQ(hidden.problems[0].message,
            "is left out: spec.sync[1] takes it to /app/conf/deep, below /app/conf, where "
            "spec.sync[0] takes the file one/conf; rename one of them, or have its rule ignore it");
  stdfs::remove(At("two/x"));
  EXPECT_TRUE(scanner->ScanDirty(PathsOf({"two/x"})).value().problems.empty());
  Write("two/x", "below");
  ASSERT_EQ(scanner->ScanDirty(PathsOf({"two/x"})).value().problems.size(), 1U);
  stdfs::remove(At("one/conf"));
  const ScanResult shown = scanner->ScanDirty(PathsOf({"one/conf"})).value();
  EXPECT_TRUE(shown.snapshot->tree.contains("/app/conf/deep/x"));
  EXPECT_TRUE(shown.problems.empty());
}

TEST_F(OverlayTest, OverlaysOfAnyShapeMakeTreesAndAreFoundByDirtyPathsToo) {
  std::mt19937_64 random(testing::TestSeed());
  const std::vector<Rule> rules = {{"a", "/app", {}, false},
                                   {"b", "/app", {}, false},
                                   {"c", "/app/x", {}, false},
                                   {"d/y", "/app/x/y", {}, false}};
  const auto any_path = [&] {
    std::string path(1, static_cast<char>('a' + random() % 4));
    for (uint64_t depth = 1 + random() % 3; depth > 0; --depth) {
      path += "/" + std::string(1, static_cast<char>('x' + random() % 3));
    }
    return path;
  };
  Write("kept", "so that it is never empty");
  const auto scanner = Make(rules);
  uint64_t left_out = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> dirty;
    for (uint64_t edits = 1 + random() % 3; edits > 0; --edits) {
      const std::string path = any_path();
      dirty.push_back(path.substr(0, path.find('/')));
      std::error_code ignored;
      if (random() % 2 == 0) stdfs::remove_all(At(path), ignored);
      stdfs::create_directories(stdfs::path(At(path)).parent_path(), ignored);
      if (ignored || stdfs::exists(At(path))) continue;
      if (random() % 3 == 0) stdfs::create_directory(At(path), ignored);
      if (random() % 2 == 0 && !stdfs::exists(At(path))) Write(path, std::to_string(random() % 9));
    }
    const ScanResult by_paths = scanner->ScanDirty(PathsOf(dirty)).value();
    const ScanResult by_all = Make(rules)->ScanAll().value();
    ASSERT_EQ(WhatIsInTheWay(by_all.snapshot->tree), "") << "round " << round;
    ASSERT_EQ(by_paths.snapshot->digest, by_all.snapshot->digest) << "round " << round;
    ASSERT_EQ(by_paths.problems, by_all.problems) << "round " << round;
    for (const auto& [path, entry] : by_all.snapshot->tree) {
      ASSERT_EQ(by_paths.snapshot->sources.Find(path), by_all.snapshot->sources.Find(path)) << path;
    }
    left_out += by_all.problems.size();
  }
  EXPECT_GT(left_out, 50U);
}

}  // namespace
}  // namespace hawser::sync
