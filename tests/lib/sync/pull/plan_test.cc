// Every combination of workspace, last agreed and pod.
#include "lib/sync/pull/plan.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

constexpr char kPath[] = "/app/f";

Tree TreeWith(char version) {
  Tree tree{{"/app", DirectoryEntry()}};
  if (version == 'd') tree.Put(kPath, DirectoryEntry());
  if (version == 'l') tree.Put(kPath, SymlinkEntry("a"));
  if (version == 'x') tree.Put(kPath, FileEntry("1", 0755));
  if (version >= '1' && version <= '9') tree.Put(kPath, FileEntry(std::string(1, version)));
  return tree;
}

std::vector<PlannedPull> PlanAll(const Tree& workspace, const Tree& agreed, const Tree& pod) {
  return PlanPull(workspace, agreed, pod, [](const std::string&) { return true; });
}

TEST(PlanTest, DecidesByWorkspaceLastAgreedAndPod) {
  // '-' no such path, a digit a file's content, 'x' the file 1 as a program, 'l' a symlink, 'd' a
  // directory.
  const struct {
    char workspace, agreed, pod;
    std::optional<PullAction> expected;
  } rows[] = {
      {'-', '-', '-', {}},
      {'1', '1', '1', {}},
      {'2', '1', '1', {}},                     // saved, and about to be pushed
      {'-', '1', '1', {}},                     // deleted, and about to be pushed
      {'2', '-', '-', {}},                     // new, and about to be pushed
      {'-', '-', '1', PullAction::kWrite},     // made by the pod
      {'1', '1', '2', PullAction::kWrite},     // changed by the pod
      {'-', '1', '2', PullAction::kWrite},     // deleted here, but it is not what was deleted
      {'1', '1', 'x', PullAction::kWrite},     // its mode changed
      {'1', '1', 'l', PullAction::kWrite},     // became a symlink
      {'l', 'l', '1', PullAction::kWrite},     // and back
      {'2', '1', '2', {}},                     // both made the same change
      {'2', '-', '2', {}},                     // both made the same file
      {'2', '1', '3', PullAction::kConflict},  // both changed it
      {'2', '-', '3', PullAction::kConflict},  // both made it
      {'x', '1', '2', PullAction::kConflict},  // one its mode, the other its content
      {'d', '-', '1', PullAction::kConflict},  // a directory is in its place
      {'d', '1', '2', PullAction::kConflict},  // became a directory here
      {'1', '1', '-', PullAction::kGone},      // removed by the pod
      {'2', '1', '-', PullAction::kGone},      // removed by the pod, changed here
      {'-', '1', '-', {}},                     // removed by both
      {'d', 'd', '-', {}},                     // directories are nobody's
      {'1', '1', 'd', PullAction::kGone},      // a directory counts as nothing
      {'-', 'd', '1', PullAction::kWrite},
  };
  for (const auto& row : rows) {
    const std::vector<PlannedPull> plan =
        PlanAll(TreeWith(row.workspace), TreeWith(row.agreed), TreeWith(row.pod));
    const std::string name{row.workspace, row.agreed, row.pod};
    ASSERT_EQ(plan.size(), row.expected.has_value() ? 1U : 0U) << name;
    if (plan.empty()) continue;
    EXPECT_EQ(plan[0].action, *row.expected) << name;
    EXPECT_EQ(plan[0].path, kPath) << name;
    EXPECT_EQ(plan[0].replaces, TreeWith(row.workspace).Find(kPath)) << name;
    const bool there = *row.expected != PullAction::kGone;
    EXPECT_EQ(plan[0].entry, there ? TreeWith(row.pod).at(kPath) : Entry()) << name;
  }
}

TEST(PlanTest, AnotherMtimeIsNoChange) {
  Tree pod = TreeWith('1');
  Entry touched = FileEntry("1");
  touched.mtime_ns += 5;
  pod.Put(kPath, touched);
  EXPECT_TRUE(PlanAll(TreeWith('1'), TreeWith('1'), pod).empty());
}

TEST(PlanTest, LeavesAloneWhatWasNotAskedFor) {
  const Tree agreed{{"/app/a", FileEntry("a")}, {"/app/b", FileEntry("b")}};
  const Tree pod{{"/app/c", FileEntry("c")}};
  const auto plan =
      PlanPull(agreed, agreed, pod, [](const std::string& path) { return path != "/app/a"; });
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_EQ(plan[0].path, "/app/b");
  EXPECT_EQ(plan[1].path, "/app/c");
}

}  // namespace
}  // namespace hawser::sync
