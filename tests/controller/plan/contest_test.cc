// Undoings are counted, answered with growing patience, and forgotten.
#include "controller/plan/contest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/plan.h"
#include "lib/base/text.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using devsession::Undone;
using nlohmann::json;
using std::chrono::minutes;
using ::testing::HasSubstr;
using testing::MakeDeployment;
using testing::MakeSession;
using testing::Now;
using testing::Observe;
using testing::Options;

/// A session that reported its injection for its present generation.
json Claiming(const char* reason = reason::kInjected, int64_t generation = 3) {
  json session = MakeSession();
  session["status"]["conditions"] = json::array({{{"type", condition::kAgentInjected},
                                                  {"status", "True"},
                                                  {"reason", reason},
                                                  {"observedGeneration", generation}}});
  return session;
}

json WithUndone(json session, uint32_t count, minutes ago) {
  session["status"]["undone"] = {{"count", count}, {"lastTime", FormatTime(Now() - ago)}};
  return session;
}

Plan AnswerTo(const json& session, const json& deployment = MakeDeployment()) {
  return MakePlan(Observe(session, deployment), Options(), Now());
}

TEST(ContestTest, FirstInjectionIsNoAnswerToAnUndoing) {
  const Plan plan = AnswerTo(MakeSession());
  EXPECT_TRUE(plan.inject.has_value());
  EXPECT_EQ(plan.verdicts.undone, std::nullopt);
}

TEST(ContestTest, AnotherSpecBeginsAnew) {
  EXPECT_EQ(AnswerTo(WithUndone(Claiming(reason::kInjected, 2), 7, minutes(1))).verdicts.undone,
            std::nullopt);
}

TEST(ContestTest, FirstUndoingsAreAnsweredAtOnce) {
  const Plan first = AnswerTo(Claiming());
  EXPECT_TRUE(first.inject.has_value());
  EXPECT_EQ(first.verdicts.undone, (Undone{1, FormatTime(Now())}));
  const Plan second = AnswerTo(WithUndone(Claiming(), 1, minutes(0)));
  EXPECT_TRUE(second.inject.has_value());
  EXPECT_EQ(second.verdicts.undone, (Undone{2, FormatTime(Now())}));
}

TEST(ContestTest, HoldsStillFromTheThirdOn) {
  json deployment = MakeDeployment();
  deployment["metadata"]["managedFields"] =
      json::array({{{"manager", "kubectl"},
                    {"time", "2026-01-01T00:00:00Z"},
                    {"fieldsV1", {{"f:spec", json::object()}}}},
                   {{"manager", "argocd-controller"},
                    {"time", "2026-01-01T23:00:00Z"},
                    {"fieldsV1", {{"f:spec", json::object()}}}},
                   {{"manager", "kube-controller-manager"},
                    {"time", "2026-01-01T23:30:00Z"},
                    {"fieldsV1", {{"f:status", json::object()}}}}});
  const Plan plan = AnswerTo(WithUndone(Claiming(), 2, minutes(1)), deployment);
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.agent_injected.reason, reason::kContested);
  EXPECT_THAT(plan.verdicts.agent_injected.message, HasSubstr("3 times"));
  EXPECT_THAT(plan.verdicts.agent_injected.message, HasSubstr("last by argocd-controller"));
  EXPECT_THAT(plan.verdicts.agent_injected.message,
              HasSubstr("next attempt is at 2026-01-02T00:04"));
  EXPECT_EQ(plan.requeue_after, minutes(4));
  EXPECT_EQ(plan.verdicts.undone->count, 2U);
}

TEST(ContestTest, TriesAgainAfterATimeThatDoublesUpToAnHour) {
  const std::vector<std::pair<uint32_t, minutes>> waits = {
      {2, minutes(5)},  {3, minutes(10)}, {4, minutes(20)},
      {5, minutes(40)}, {6, minutes(60)}, {4000000000U, minutes(60)}};
  for (const auto& [count, wait] : waits) {
    SCOPED_TRACE(count);
    const Undone undone{count, FormatTime(Now())};
    EXPECT_EQ(NextInjection(undone), Now() + wait);
    const json contested = Claiming(reason::kContested);
    EXPECT_FALSE(AnswerTo(WithUndone(contested, count, wait - minutes(1))).inject.has_value());
    EXPECT_TRUE(AnswerTo(WithUndone(contested, count, wait)).inject.has_value());
  }
}

TEST(ContestTest, ForgetsAfterALongQuietTime) {
  EXPECT_EQ(AnswerTo(WithUndone(Claiming(), 2, minutes(31))).verdicts.undone->count, 1U);
  EXPECT_EQ(AnswerTo(WithUndone(Claiming(), 6, minutes(119))).verdicts.undone->count, 7U);
  EXPECT_EQ(AnswerTo(WithUndone(Claiming(), 6, minutes(121))).verdicts.undone->count, 1U);
}

TEST(ContestTest, CommandSetBackIsAnUndoingAndOtherChangesAreNone) {
  const json injected = testing::AfterInjection(MakeDeployment(), AnswerTo(MakeSession()));
  EXPECT_FALSE(IsUndone(Observe(Claiming(), injected)));
  json changed = injected;
  testing::ContainerOf(changed, "api")["image"] = "api:2";
  EXPECT_FALSE(IsUndone(Observe(Claiming(), changed)));
  testing::ContainerOf(changed, "api")["command"] = {"python3"};
  EXPECT_TRUE(IsUndone(Observe(Claiming(), changed)));
}

TEST(ContestTest, WhoWasPutOutByOthersComesBeforeOlderRivals) {
  Observed observed = Observe(Claiming(reason::kContested), MakeDeployment());
  json older = MakeSession("older");
  older["metadata"]["creationTimestamp"] = "2025-01-01T00:00:00Z";
  observed.rivals = {devsession::ParseDevSession(older).value()};
  EXPECT_TRUE(MakePlan(observed, Options(), Now()).inject.has_value());
  observed = Observe(older, MakeDeployment());
  observed.rivals = {devsession::ParseDevSession(Claiming(reason::kContested)).value()};
  EXPECT_EQ(MakePlan(observed, Options(), Now()).verdicts.agent_injected.reason,
            reason::kHeldByOtherSession);
}

}  // namespace
}  // namespace hawser::controller
