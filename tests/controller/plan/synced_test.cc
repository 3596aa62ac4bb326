// When the controller corrects what the command line said of the pods.
#include "controller/plan/synced.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::controller {
namespace {

using ::testing::HasSubstr;

std::vector<kube::ObjectPtr> PodsWithUids(
    const std::vector<std::pair<std::string, std::string>>& pods) {
  std::vector<kube::ObjectPtr> objects;
  for (const auto& [name, uid] : pods) {
    nlohmann::json pod = testing::MakePod(name, testing::Running(), testing::Running());
    pod["metadata"]["uid"] = uid;
    objects.push_back(std::make_shared<const nlohmann::json>(std::move(pod)));
  }
  return objects;
}

/// A session of which this was reported, with pods "a" (uid 1) and "b" (uid 2).
devsession::DevSession ReportedSession(const std::string& status, const std::string& reason,
                                       const std::string& tree_of_b = "tree") {
  devsession::DevSession session;
  session.name = "dev";
  session.status.conditions = {{.type = "Synced", .status = status, .reason = reason}};
  session.status.pods = {{.name = "a", .uid = "1", .tree_digest = "tree"},
                         {.name = "b", .uid = "2", .tree_digest = tree_of_b}};
  return session;
}

TEST(SyncedTest, SaysThatNothingWasPushedUntilSomethingIs) {
  const auto verdict = SyncedVerdict({}, PodsWithUids({{"a", "1"}}));
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->reason, reason::kNotReported);
  EXPECT_EQ(verdict->status, "Unknown");
}

TEST(SyncedTest, LeavesWhatIsTrueToTheCommandLine) {
  const auto session = ReportedSession("True", "UpToDate");
  EXPECT_EQ(SyncedVerdict(session, PodsWithUids({{"a", "1"}, {"b", "2"}})), std::nullopt);
  EXPECT_EQ(SyncedVerdict(session, PodsWithUids({{"a", "1"}})), std::nullopt) << "one left";
  EXPECT_EQ(SyncedVerdict(ReportedSession("False", "PodsBehind"), PodsWithUids({{"c", "3"}})),
            std::nullopt)
      << "it says so already";
}

TEST(SyncedTest, TakesItBackWhenAPodJoined) {
  const auto session = ReportedSession("True", "UpToDate");
  for (const auto& pods : {PodsWithUids({{"a", "1"}, {"c", "3"}}),
                           PodsWithUids({{"a", "1"}, {"b", "another pod of that name"}})}) {
    const auto verdict = SyncedVerdict(session, pods);
    ASSERT_TRUE(verdict.has_value());
    EXPECT_EQ(verdict->status, "False");
    EXPECT_EQ(verdict->reason, reason::kPodJoined);
    EXPECT_THAT(verdict->message, HasSubstr("run: hawser push dev"));
  }
}

TEST(SyncedTest, SaysWhenThePodsAgreeAgainAndKeepsSayingSo) {
  const auto pods = PodsWithUids({{"a", "1"}, {"b", "2"}});
  for (const char* before : {reason::kPodJoined, reason::kPodsAgree}) {
    const auto agreed = SyncedVerdict(ReportedSession("False", before), pods);
    ASSERT_TRUE(agreed.has_value());
    EXPECT_EQ(agreed->status, "True");
    const auto differing = SyncedVerdict(ReportedSession("False", before, "another"), pods);
    ASSERT_TRUE(differing.has_value());
    EXPECT_EQ(differing->status, "False");
    EXPECT_THAT(differing->message, HasSubstr("the same tree"));
  }
}

}  // namespace
}  // namespace hawser::controller
