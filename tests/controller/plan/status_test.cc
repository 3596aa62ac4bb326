// Conditions, phase and events from verdicts.
#include "controller/plan/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using devsession::Condition;
using devsession::FindCondition;
using devsession::SessionStatus;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeDeployment;
using testing::MakeSession;
using ::testing::Not;
using testing::Now;
using testing::Observe;

Verdicts AllTrue() {
  return {Verdict::True("TargetFound", ""), Verdict::True("Injected", ""),
          Verdict::True("AgentsReady", ""), Verdict::True(reason::kNoPorts, "")};
}

Verdicts NotInjected(const char* why) {
  Verdicts verdicts = AllTrue();
  verdicts.agent_injected = Verdict::False({why, "because"});
  verdicts.agents_ready = Verdict::False({reason::kNotInjected, "because"});
  return verdicts;
}

/// A session whose status is what an earlier reconcile reported.
json Reported(const SessionStatus& status) {
  json session = MakeSession();
  session["status"] = devsession::ControllerStatusToJson(status);
  return session;
}

TEST(StatusTest, ReadyNamesTheFirstStageThatIsNot) {
  const Observed observed = Observe(MakeSession(), MakeDeployment());
  const SessionStatus ready = MakeStatus(observed, AllTrue(), Now());
  EXPECT_EQ(FindCondition(ready, condition::kReady)->status, "True");
  EXPECT_EQ(ready.phase, phase::kReady);
  EXPECT_EQ(ready.observed_generation, 3);
  const SessionStatus held = MakeStatus(observed, NotInjected(reason::kHeldByOtherSession), Now());
  EXPECT_EQ(FindCondition(held, condition::kReady)->reason, reason::kHeldByOtherSession);
  EXPECT_EQ(held.phase, phase::kPending);
}

TEST(StatusTest, PhaseTellsWaitingFromFailing) {
  const Observed observed = Observe(MakeSession(), MakeDeployment());
  EXPECT_EQ(MakeStatus(observed, NotInjected(reason::kMoving), Now()).phase, phase::kInjecting);
  EXPECT_EQ(MakeStatus(observed, NotInjected(reason::kNameTaken), Now()).phase, phase::kFailed);
}

TEST(StatusTest, TransitionTimeMovesOnlyWithTheStatus) {
  const Observed first = Observe(MakeSession(), MakeDeployment());
  const SessionStatus before = MakeStatus(first, NotInjected(reason::kNameTaken), Now());
  const Observed second = Observe(Reported(before), MakeDeployment());
  const WallTime later = Now() + std::chrono::hours(1);
  const SessionStatus after = MakeStatus(second, NotInjected(reason::kMoving), later);
  EXPECT_EQ(FindCondition(after, condition::kAgentInjected)->last_transition_time,
            "2026-01-02T00:00:00Z");
  const SessionStatus ready = MakeStatus(second, AllTrue(), later);
  EXPECT_EQ(FindCondition(ready, condition::kAgentInjected)->last_transition_time,
            "2026-01-02T01:00:00Z");
}

TEST(StatusTest, SaysWhichFieldsAreNotActedOn) {
  json session = MakeSession();
  session["spec"]["rebuildOn"] = {"Dockerfile"};
  session["spec"]["build"] = {{"image", "team/api"}};
  const SessionStatus status = MakeStatus(Observe(session, MakeDeployment()), AllTrue(), Now());
  const Condition* supported = FindCondition(status, condition::kFullySupported);
  EXPECT_EQ(supported->status, "False");
  EXPECT_THAT(supported->message, HasSubstr("rebuildOn, build"));
  EXPECT_EQ(FindCondition(status, condition::kReady)->status, "True");
}

TEST(StatusTest, LeavesSyncedToTheCommandLineOnceItReported) {
  json session = MakeSession();
  const SessionStatus own = MakeStatus(Observe(session, MakeDeployment()), AllTrue(), Now());
  EXPECT_EQ(FindCondition(own, devsession::kSyncedCondition)->reason, reason::kNotReported);
  session["status"]["conditions"] = json::array({{{"type", "Synced"},
                                                  {"status", "True"},
                                                  {"reason", "Synced"},
                                                  {"message", "batch 7"},
                                                  {"lastTransitionTime", "2026-01-02T00:00:00Z"}}});
  const SessionStatus shared = MakeStatus(Observe(session, MakeDeployment()), AllTrue(), Now());
  EXPECT_EQ(FindCondition(shared, devsession::kSyncedCondition), nullptr);
}

TEST(StatusTest, DiffersOnlyInWhatTheControllerOwns) {
  Observed observed = Observe(MakeSession(), MakeDeployment());
  observed.pods = {std::make_shared<const json>(
      testing::MakePod("api-1", testing::Running(), testing::Running()))};
  const SessionStatus status = MakeStatus(observed, AllTrue(), Now());
  json session = Reported(status);
  EXPECT_FALSE(StatusDiffers(session, status));
  session["status"]["pods"][0]["batch"] = 7;
  session["status"]["pods"].push_back({{"name", "api-0"}, {"batch", 6}});
  EXPECT_FALSE(StatusDiffers(session, status)) << "the command line's own fields";
  session["status"]["pods"][1]["ready"] = true;
  EXPECT_TRUE(StatusDiffers(session, status)) << "our entry of a pod that is gone";
  EXPECT_TRUE(StatusDiffers(MakeSession(), status));
}

TEST(StatusTest, EventsTellTransitionsOnce) {
  const Observed observed = Observe(MakeSession(), MakeDeployment());
  const SessionStatus failed = MakeStatus(observed, NotInjected(reason::kNameTaken), Now());
  const SessionStatus ready = MakeStatus(observed, AllTrue(), Now());
  const std::vector<kube::Event> first = Transitions({}, failed);
  ASSERT_EQ(first.size(), 1U) << "that the target is there was to be expected";
  EXPECT_EQ(first[0].type, kube::Event::Type::kWarning);
  EXPECT_EQ(first[0].reason, reason::kNameTaken);
  EXPECT_THAT(Transitions(failed, failed), IsEmpty());
  const std::vector<kube::Event> second = Transitions(failed, ready);
  ASSERT_EQ(second.size(), 2U) << "injected, agents ready";
  EXPECT_EQ(second[0].type, kube::Event::Type::kNormal);
}

TEST(StatusTest, WhatWasToBeExpectedIsNewsOnlyAfterSomethingElse) {
  const Observed observed = Observe(MakeSession(), MakeDeployment());
  const auto reasons = [](const std::vector<kube::Event>& events) {
    std::vector<std::string> names;
    for (const kube::Event& event : events) names.push_back(event.reason);
    return names;
  };
  Verdicts missing = NotInjected(reason::kTargetNotFound);
  missing.target_found = Verdict::False({reason::kTargetNotFound, "no such Deployment"});
  const SessionStatus before = MakeStatus(observed, missing, Now());
  const SessionStatus after = MakeStatus(observed, AllTrue(), Now());
  EXPECT_THAT(reasons(Transitions({}, after)), Not(Contains(reason::kTargetFound)));
  EXPECT_THAT(reasons(Transitions(before, after)), Contains(reason::kTargetFound));
}

}  // namespace
}  // namespace hawser::controller
