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

/// The parts that lead from one tree to the other; each tree on the way has the shape of one.
std::vector<Strings> Parts(const Tree& wanted, Tree confirmed, const BatchBounds& bounds) {
  std::vector<Strings> parts;
  for (SyncPlan plan; !(plan = Plan(wanted, confirmed)).empty();) {
    const SyncPlan part = FirstPart(plan, wanted, bounds);
    if (part.empty() || parts.size() > 20) return {{"does not end"}};
    confirmed = confirmed.With(EditsOf(part));
    for (const auto& [path, entry] : confirmed) {
      EXPECT_TRUE(entry.kind == EntryKind::kDirectory || !confirmed.HasBelow(path)) << path;
    }
    parts.push_back(Order(part));
  }
  return parts;
}

TEST(PlanTest, IsOnePartWhenItFits) {
  const SyncPlan plan = Plan(ManyFiles(10), {});
  EXPECT_EQ(FirstPart(plan, ManyFiles(10), {}), plan);
  EXPECT_EQ(FirstPart(plan, ManyFiles(10), {.changes = 10, .content_bytes = 10}), plan);
}

TEST(PlanTest, IsCutWhereABatchIsFull) {
  const Tree wanted{{"/app/a", FileEntry("12345")},
                    {"/app/b", FileEntry("more than fits")},
                    {"/app/c", FileEntry("")},
                    {"/app/d", DirectoryEntry()},
                    {"/app/d/e", FileEntry("12345")}};
  EXPECT_EQ(Parts(wanted, {}, {.content_bytes = 10}),
            (std::vector<Strings>{{"+/app/a"}, {"+/app/b"}, {"+/app/c", "=/app/d", "+/app/d/e"}}));
  EXPECT_EQ(Parts(wanted, {}, {.changes = 2}),
            (std::vector<Strings>{{"+/app/a", "+/app/b"}, {"+/app/c", "=/app/d"}, {"+/app/d/e"}}));
}

TEST(PlanTest, RemovesFirstWhenThereAreTooManyChanges) {
  const Tree confirmed{{"/app/d", DirectoryEntry()},
                       {"/app/d/a", FileEntry("1")},
                       {"/app/d/b", FileEntry("2")},
                       {"/app/old", FileEntry("3")}};
  const Tree wanted{{"/app/d", FileEntry("4")}, {"/app/new", FileEntry("3")}};
  EXPECT_EQ(Parts(wanted, confirmed, {.changes = 3}),
            (std::vector<Strings>{{"-/app/d/b", "-/app/d/a", "-/app/old"},
                                  {"-/app/d", "+/app/d", "+/app/new"}}));
  EXPECT_EQ(Parts(wanted, confirmed, {.changes = 1}).size(), 6U);
}

}  // namespace
}  // namespace hawser::sync
