// Which events a status is worth, and how they are worded.
#include "controller/plan/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/plan.h"
#include "lib/base/text.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr size_t kMany = 100;

class AuditPlanTest : public ::testing::Test {
 protected:
  AuditPlanTest() : observed_(testing::Observe(testing::MakeSession(), testing::MakeDeployment())) {
    for (const char* name : {"a", "b"}) AddPod(name);
    Look();
  }

  void AddPod(const std::string& name) {
    json pod = testing::MakePod(name, testing::Running(), testing::Running());
    pod["metadata"]["uid"] = "uid-" + name;
    observed_.pods.push_back(std::make_shared<const json>(std::move(pod)));
  }
  /// The command line reports a pod's tree, as the server notes it at that time.
  void Report(const std::string& pod, uint64_t batch, const std::string& tree,
              const std::string& by = "ann@laptop") {
    auto& pods = observed_.session.status.pods;
    std::erase_if(pods, [&](const auto& each) { return each.name == pod; });
    pods.push_back({.name = pod, .uid = "uid-" + pod, .batch = batch, .tree_digest = tree});
    observed_.session.status.last_sync = devsession::LastSync{.batch = batch, .by = by};
    json object = *observed_.object;
    object["metadata"]["managedFields"] = json::array(
        {{{"manager", devsession::kCommandLineManager}, {"time", FormatTime(testing::Now())}}});
    observed_.object = std::make_shared<const json>(std::move(object));
  }
  AuditPlan Look(size_t allowed = kMany) {
    AuditPlan plan = PlanAudit(observed_, known_ ? &trail_ : nullptr, since_, allowed);
    trail_ = plan.trail;
    known_ = true;
    return plan;
  }
  std::vector<std::string> Reasons(const AuditPlan& plan) {
    std::vector<std::string> reasons;
    for (const kube::Event& event : plan.events) reasons.push_back(event.reason);
    return reasons;
  }

  Observed observed_;
  AuditTrail trail_;
  bool known_ = false;
  WallTime since_ = testing::Now() - std::chrono::minutes(2);
};

TEST_F(AuditPlanTest, PushIsToldOncePerPodWithOwnerTreeBatchAndPod) {
  Report("a", 7, "0123abcd");
  const AuditPlan plan = Look();
  ASSERT_THAT(Reasons(plan), ElementsAre("Pushed"));
  const kube::Event& event = plan.events[0];
  EXPECT_EQ(event.action, "Push");
  EXPECT_EQ(event.note,
            "dev1 pushed tree 0123abcd (batch 7) to pod a; reported by field manager hawser-cli, "
            "which calls itself ann@laptop");
  ASSERT_TRUE(event.related.has_value());
  EXPECT_EQ(event.related->kind, "Pod");
  EXPECT_EQ(event.related->uid, "uid-a");
  EXPECT_THAT(Look().events, IsEmpty());
  Report("b", 7, "0123abcd");
  EXPECT_THAT(Reasons(Look()), ElementsAre("Pushed"));
}

TEST_F(AuditPlanTest, NewProcessTellsOnlyOfWhatIsFresh) {
  Report("a", 7, "0123abcd");
  const std::string once = Look().events.at(0).once;
  known_ = false;
  EXPECT_EQ(Look().events.at(0).once, once) << "it will find the event there";
  known_ = false;
  since_ = testing::Now() + std::chrono::minutes(10);
  EXPECT_THAT(Look().events, IsEmpty());
  Report("a", 8, "ffff");
  EXPECT_THAT(Reasons(Look()), ElementsAre("Pushed"));
}

TEST_F(AuditPlanTest, PodThatIsNotThereIsNotToldOf) {
  Report("gone", 1, "ab");
  EXPECT_THAT(Look().events, IsEmpty());
  observed_.session.status.pods.push_back(
      {.name = "a", .uid = "another pod of that name", .batch = 1, .tree_digest = "ab"});
  EXPECT_THAT(Look().events, IsEmpty());
}

TEST_F(AuditPlanTest, WhatIsSparedIsCountedAndFoldedIntoTheNext) {
  Report("a", 1, "t1");
  AuditPlan plan = Look(0);
  EXPECT_TRUE(plan.behind);
  EXPECT_EQ(plan.dropped, 0U) << "it may still be told";
  Report("a", 2, "t2");
  plan = Look(0);
  EXPECT_EQ(plan.dropped, 1U);
  Report("a", 3, "t3");
  EXPECT_EQ(Look(0).dropped, 1U);
  plan = Look(1);
  ASSERT_EQ(plan.events.size(), 1U);
  EXPECT_THAT(plan.events[0].note, AllOf(HasSubstr("t3"), HasSubstr("after 2 that no event")));
  EXPECT_FALSE(plan.behind);
  EXPECT_THAT(Look(kMany).events, IsEmpty());
}

TEST_F(AuditPlanTest, AnotherPusherAndAnotherOwnerAreTakeOvers) {
  Report("a", 1, "t1");
  Look();
  Report("a", 2, "t2", "bob@pc");
  AuditPlan plan = Look();
  ASSERT_THAT(Reasons(plan), ElementsAre("Pushed", "PushTakenOver"));
  EXPECT_THAT(plan.events[1].note, AllOf(HasSubstr("ann@laptop"), HasSubstr("bob@pc")));
  EXPECT_EQ(plan.events[1].action, "TakeOver");
  observed_.session.spec.owner = "dev2";
  plan = Look();
  ASSERT_THAT(Reasons(plan), ElementsAre("OwnerChanged"));
  EXPECT_THAT(plan.events[0].note, AllOf(HasSubstr("dev1"), HasSubstr("dev2")));
}

TEST_F(AuditPlanTest, DirectRestartIsToldOfEachPod) {
  Report("a", 4, "t4");
  Look();
  observed_.session.status.direct_restarts = devsession::DirectRestarts{
      .count = 1, .last_time = "2026-01-02T00:00:00Z", .pods = {"a", "b", "forged"}};
  const AuditPlan plan = Look();
  ASSERT_THAT(Reasons(plan), ElementsAre("Restarted", "Restarted"));
  EXPECT_THAT(plan.events[0].note, AllOf(HasSubstr("pod a"), HasSubstr("tree t4 (batch 4)")));
  EXPECT_THAT(plan.events[1].note, HasSubstr("nothing was pushed"));
  EXPECT_THAT(Look().events, IsEmpty());
}

TEST_F(AuditPlanTest, TextFromOutsideIsCutAndPrintable) {
  Report("a", 1, "t1", "x\x1b[31m\n" + std::string(10000, 'y'));
  const std::string note = Look().events.at(0).note;
  EXPECT_LT(note.size(), 600U);
  EXPECT_THAT(note, Not(HasSubstr("\x1b")));
  EXPECT_THAT(note, Not(HasSubstr("\n")));
}

TEST_F(AuditPlanTest, EndOfAWaitIsATakeOver) {
  observed_.session.status.conditions = {
      {.type = condition::kAgentInjected,
       .status = "False",
       .reason = reason::kHeldByOtherSession,
       .message = "Deployment api is held by session old of dev9; delete that one"}};
  std::vector<kube::Event> events = {{.reason = reason::kInjected, .note = "it runs"},
                                     {.reason = reason::kAgentsReady, .note = "all"}};
  NameOwner(observed_, events);
  EXPECT_EQ(events[0].reason, "TakenOver");
  EXPECT_EQ(events[0].note,
            "it runs, for dev1; until now Deployment api is held by session old of dev9");
  EXPECT_EQ(events[1].note, "all");
}

TEST_F(AuditPlanTest, WhatWasDoneIsTold) {
  Plan plan;
  plan.restores = {*observed_.target};
  plan.restart.requests = {{.pod = {"team", "a"}, .uid = "uid-a", .id = "1.ab", .text = ""}};
  const std::vector<kube::Event> events = ActedEvents(observed_, plan);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].reason, "Restored");
  EXPECT_EQ(events[0].related->kind, "Deployment");
  EXPECT_THAT(events[0].note, HasSubstr("dev1"));
  EXPECT_EQ(events[1].reason, "RestartAsked");
  EXPECT_EQ(events[1].related->key.name, "a");
}

}  // namespace
}  // namespace hawser::controller
