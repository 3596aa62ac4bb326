// The plan from a confirmed tree to a wanted one.
#include "lib/sync/send/plan.h"

#include <gtest/gtest.h>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

/// "+/path" puts with content, "=/path" puts without, "-/path" removes; in order.
std::vector<std::string> Order(const SyncPlan& plan) {
  std::vector<std::string> order;
  for (const PlannedChange& change : plan.changes) {
    order.push_back((change.remove ? "-" : change.content ? "+" : "=") + change.path);
  }
  return order;
}

using Strings = std::vector<std::string>;

TEST(PlanTest, SendsNothingWhenOnlyTimesDiffer) {
  const Tree confirmed{{"/app/a", FileEntry("a")}};
  Entry touched = FileEntry("a");
  touched.mtime_ns = 1;
  const Tree wanted{{"/app/a", touched}};
  EXPECT_TRUE(Plan(wanted, confirmed).empty());
}

TEST(PlanTest, PutsParentsBeforeChildren) {
  const Tree wanted{{"/app/d", DirectoryEntry()}, {"/app/d/a", FileEntry("abc")}};
  const SyncPlan plan = Plan(wanted, {});
  EXPECT_EQ(Order(plan), (Strings{"=/app/d", "+/app/d/a"}));
  EXPECT_EQ(plan.content_bytes, 3U);
}

TEST(PlanTest, DeletesDirectoryAfterItsChildrenAndAfterAllPuts) {
  const Tree confirmed{
      {"/app/a", DirectoryEntry()}, {"/app/a.b", FileEntry("1")}, {"/app/a/x", FileEntry("2")}};
  const SyncPlan plan = Plan({{"/app/z", FileEntry("3")}}, confirmed);
  EXPECT_EQ(Order(plan), (Strings{"+/app/z", "-/app/a/x", "-/app/a.b", "-/app/a"}));
  EXPECT_EQ(plan.removals, 3U);
}

TEST(PlanTest, TurnsAChangeOfKindIntoRemovalThenPut) {
  const Tree directory{{"/app/d", DirectoryEntry()}, {"/app/d/a", FileEntry("1")}};
  const Tree file{{"/app/d", FileEntry("2")}};
  EXPECT_EQ(Order(Plan(file, directory)), (Strings{"-/app/d/a", "-/app/d", "+/app/d"}));
  EXPECT_EQ(Order(Plan(directory, file)), (Strings{"-/app/d", "=/app/d", "+/app/d/a"}));
  EXPECT_EQ(Order(Plan({{"/app/d", SymlinkEntry("x")}}, file)), (Strings{"-/app/d", "=/app/d"}));
}

TEST(PlanTest, TellsAModeChangeFromAContentChange) {
  const Tree confirmed{{"/app/a", FileEntry("1")}};
  EXPECT_EQ(Order(Plan({{"/app/a", FileEntry("1", 0755)}}, confirmed)), (Strings{"=/app/a"}));
  EXPECT_EQ(Order(Plan({{"/app/a", FileEntry("2", 0755)}}, confirmed)), (Strings{"+/app/a"}));
}

Tree ManyFiles(size_t count, const std::string& directory = "/app/") {
  Tree tree;
  for (size_t i = 0; i < count; ++i) {
    tree.Put(directory + std::to_string(i), FileEntry(std::to_string(i)));
  }
  return tree;
}

TEST(PlanTest, BrakesBeforeRemovingMostFiles) {
  const Tree confirmed = ManyFiles(30);
  EXPECT_TRUE(RemovesMost(Plan(ManyFiles(10), confirmed), confirmed));
  EXPECT_FALSE(RemovesMost(Plan(ManyFiles(15), confirmed), confirmed));
  const Tree small = ManyFiles(20);
  EXPECT_FALSE(RemovesMost(Plan({}, small), small));
}

TEST(PlanTest, DoesNotBrakeForARenamedDirectory) {
  const Tree confirmed = ManyFiles(30, "/app/old/");
  EXPECT_FALSE(RemovesMost(Plan(ManyFiles(30, "/app/new/"), confirmed), confirmed));
}

}  // namespace
}  // namespace hawser::sync
