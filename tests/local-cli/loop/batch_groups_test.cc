// One line a save, however many pods, and however far apart they are.
#include "local-cli/loop/batch_groups.h"

#include <gtest/gtest.h>

namespace hawser::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kBegin{std::chrono::hours(1)};

/// What a pod says about the save at `seen`, applied `took` later.
sync::BatchReport ReportOf(TimePoint seen, Duration took) {
  sync::BatchReport report;
  report.result.number = 1;
  report.timeline.seen = seen;
  report.timeline.applied = seen + took;
  report.files = 1;
  report.paths = {"src/a"};
  return report;
}

std::vector<std::string> PodsOf(const std::optional<BatchDone>& group) {
  std::vector<std::string> names;
  if (!group.has_value()) return names;
  for (const PodBatch& pod : group->pods) names.push_back(pod.pod);
  return names;
}

TEST(BatchGroupsTest, JoinsWhatPodsSayOfOneSaveSlowestLast) {
  BatchGroups groups;
  EXPECT_EQ(groups.ShowAt(), kNoDeadline);
  EXPECT_FALSE(groups.Add("slow", ReportOf(kBegin, milliseconds(90)), kBegin).has_value());
  EXPECT_FALSE(groups.Add("fast", ReportOf(kBegin, milliseconds(9)), kBegin).has_value());
  EXPECT_EQ(PodsOf(groups.Take()), (std::vector<std::string>{"fast", "slow"}));
  EXPECT_FALSE(groups.Take().has_value());
}

TEST(BatchGroupsTest, DoesNotWaitForAPodThatLags) {
  BatchGroups groups;
  groups.Add("fast", ReportOf(kBegin, milliseconds(9)), kBegin);
  EXPECT_EQ(groups.ShowAt(), kBegin + seconds(1));
  EXPECT_EQ(PodsOf(groups.Take()), std::vector<std::string>{"fast"});
  EXPECT_EQ(groups.ShowAt(), kNoDeadline);
  EXPECT_FALSE(groups.Add("slow", ReportOf(kBegin, seconds(8)), kBegin + seconds(8)).has_value());
  EXPECT_EQ(PodsOf(groups.Take()), std::vector<std::string>{"slow"});
}

TEST(BatchGroupsTest, TheNextSaveEndsTheGroupOfTheOneBefore) {
  BatchGroups groups;
  groups.Add("fast", ReportOf(kBegin, milliseconds(9)), kBegin);
  const TimePoint next = kBegin + milliseconds(100);
  EXPECT_EQ(PodsOf(groups.Add("fast", ReportOf(next, milliseconds(9)), next)),
            std::vector<std::string>{"fast"});
  const auto interrupted = groups.Add("slow", ReportOf(kBegin, milliseconds(120)), next);
  EXPECT_EQ(PodsOf(interrupted), std::vector<std::string>{"fast"}) << "of the newer save";
  EXPECT_EQ(PodsOf(groups.Take()), std::vector<std::string>{"slow"});
}

TEST(BatchGroupsTest, APodThatNeedsSeveralBatchesForOneSaveHasALineForEach) {
  BatchGroups groups;
  groups.Add("pod", ReportOf(kBegin, milliseconds(9)), kBegin);
  EXPECT_EQ(PodsOf(groups.Add("pod", ReportOf(kBegin, milliseconds(20)), kBegin)),
            std::vector<std::string>{"pod"});
  EXPECT_EQ(PodsOf(groups.Take()), std::vector<std::string>{"pod"});
}

TEST(BatchGroupsTest, APodThatJoinsLateIsALineOfItsOwn) {
  BatchGroups groups;
  groups.Add("old", ReportOf(kBegin, milliseconds(9)), kBegin);
  groups.Take();
  const TimePoint joined = kBegin + seconds(60);
  groups.Add("new", ReportOf(joined, milliseconds(30)), joined);
  const auto group = groups.Take();
  ASSERT_EQ(PodsOf(group), std::vector<std::string>{"new"});
  EXPECT_EQ(group->pods[0].total, milliseconds(30)) << "counted from when it joined";
}

}  // namespace
}  // namespace hawser::cli
