// When a session that nobody uses is warned of, put to sleep, woken or ended.
#include "controller/plan/idle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "controller/plan/scale.h"
#include "lib/base/text.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AfterInjection;
using ::testing::HasSubstr;
using testing::MakeDeployment;
using testing::MakeSession;
using testing::Now;
using testing::Options;

json IdleSession(const std::string& action, json target = {}) {
  json session = MakeSession();
  session["spec"]["idle"] = {{"after", "2h"}, {"action", action}};
  if (!target.is_null() && !target.empty()) session["spec"]["target"].update(target);
  session["metadata"]["finalizers"] = {devsession::kFinalizer};
  return session;
}

json WithAwake(json session, const std::string& status, const std::string& why, WallTime since) {
  session["status"]["conditions"] = json::array({{{"type", "Awake"},
                                                  {"status", status},
                                                  {"reason", why},
                                                  {"message", ""},
                                                  {"lastTransitionTime", FormatTime(since)}}});
  return session;
}

json InjectedFor(const json& session) {
  return AfterInjection(MakeDeployment(),
                        MakePlan(testing::Observe(session, MakeDeployment()), Options(), Now()));
}

json AsleepFor(const json& session) {
  const json injected = InjectedFor(session);
  json patch = SleepPatch(injected);
  patch.erase(0);
  return injected.patch(patch);
}

/// A session, awake since `since`, on a workload with the agent in it; what is planned now.
Plan PlanSince(const json& session, Duration since) {
  return MakePlan(testing::Observe(WithAwake(session, "True", reason::kActive, Now() - since),
                                   InjectedFor(session)),
                  Options(), Now());
}

TEST(IdleTest, CountsFromWhenItLookedFirst) {
  const json session = IdleSession("ScaleToZero");
  const Plan plan = MakePlan(testing::Observe(session, InjectedFor(session)), Options(), Now());
  EXPECT_EQ(plan.verdicts.awake->reason, reason::kActive);
  EXPECT_EQ(plan.requeue_after, hours(2) - minutes(12));
  EXPECT_FALSE(plan.HasEffects());
}

TEST(IdleTest, IsNotAwakeSinceATimeToCome) {
  const Plan plan = PlanSince(IdleSession("ScaleToZero"), -hours(1000));
  EXPECT_EQ(plan.requeue_after, hours(2) - minutes(12));
}

TEST(IdleTest, WarnsThenPutsToSleep) {
  const json session = IdleSession("ScaleToZero");
  const Plan active = PlanSince(session, hours(1));
  EXPECT_EQ(active.verdicts.awake->reason, reason::kActive);
  EXPECT_EQ(active.requeue_after, minutes(48));
  const Plan soon = PlanSince(session, minutes(110));
  EXPECT_EQ(soon.verdicts.awake->status, "True");
  EXPECT_EQ(soon.verdicts.awake->reason, reason::kIdleSoon);
  EXPECT_THAT(soon.verdicts.awake->message, HasSubstr("scaled to zero at 2026-01-02T00:10:00Z"));
  EXPECT_EQ(soon.requeue_after, minutes(10));
  EXPECT_FALSE(soon.scale);
  const Plan asleep = PlanSince(session, hours(2));
  EXPECT_EQ(asleep.verdicts.awake->status, "False");
  EXPECT_EQ(asleep.verdicts.agents_ready.reason, reason::kAsleep);
  ASSERT_TRUE(asleep.scale);
  EXPECT_EQ(asleep.scale->patch, SleepPatch(InjectedFor(session)));
}

TEST(IdleTest, UseHoldsItAwake) {
  const json session =
      WithAwake(IdleSession("ScaleToZero"), "True", reason::kActive, Now() - hours(20));
  Observed observed = testing::Observe(session, InjectedFor(session));
  observed.active_at = Now() - minutes(30);
  EXPECT_EQ(MakePlan(observed, Options(), Now()).verdicts.awake->reason, reason::kActive);
  observed.active_at = Now() - hours(3);
  EXPECT_EQ(MakePlan(observed, Options(), Now()).verdicts.awake->reason, reason::kIdle);
}

TEST(IdleTest, SleepsWithoutFurtherActs) {
  const json session = IdleSession("ScaleToZero");
  const Plan plan = MakePlan(
      testing::Observe(WithAwake(session, "False", reason::kIdle, Now()), AsleepFor(session)),
      Options(), Now() + hours(50));
  EXPECT_FALSE(plan.HasEffects());
  EXPECT_EQ(plan.verdicts.awake->reason, reason::kIdle);
  EXPECT_FALSE(plan.requeue_after);
}

TEST(IdleTest, UseWakesIt) {
  const json session = WithAwake(IdleSession("ScaleToZero"), "False", reason::kIdle, Now());
  Observed observed = testing::Observe(session, AsleepFor(session));
  observed.active_at = Now();
  const Plan plan = MakePlan(observed, Options(), Now());
  EXPECT_EQ(plan.verdicts.awake->reason, reason::kActive);
  EXPECT_EQ(plan.verdicts.agents_ready.reason, reason::kPodsPending);
  ASSERT_TRUE(plan.scale);
  EXPECT_EQ(plan.scale->patch, WakePatch(*observed.target->object));
}

TEST(IdleTest, WakesWhenIdleIsNoLongerAskedFor) {
  const json session = WithAwake(MakeSession(), "False", reason::kIdle, Now());
  const Plan plan =
      MakePlan(testing::Observe(session, AsleepFor(IdleSession("ScaleToZero"))), Options(), Now());
  EXPECT_TRUE(plan.scale);
  EXPECT_FALSE(plan.verdicts.awake);
}

TEST(IdleTest, AnOwnerWhoScalesItUpWakesIt) {
  const json session = WithAwake(IdleSession("ScaleToZero"), "False", reason::kIdle, Now());
  json scaled = AsleepFor(session);
  scaled["spec"]["replicas"] = 5;
  const Plan plan = MakePlan(testing::Observe(session, scaled), Options(), Now() + hours(9));
  EXPECT_EQ(plan.verdicts.awake->status, "True");
  EXPECT_EQ(plan.verdicts.awake->reason, reason::kScaledUp);
  EXPECT_FALSE(plan.scale) << "no fight";
  EXPECT_EQ(plan.requeue_after, hours(2) - minutes(12)) << "counted from now";
  const json after = AfterInjection(scaled, plan);
  EXPECT_EQ(after["spec"]["replicas"], 5);
  const Plan next = MakePlan(
      testing::Observe(WithAwake(session, "True", reason::kScaledUp, Now() + hours(9)), after),
      Options(), Now() + hours(9));
  EXPECT_FALSE(next.HasEffects());
  EXPECT_EQ(next.verdicts.awake->reason, reason::kScaledUp) << "says the same again";
}

TEST(IdleTest, DaemonSetInPlaceSaysTheRemedy) {
  const json session = IdleSession("ScaleToZero", {{"kind", "DaemonSet"}});
  const json workload = testing::MakeWorkload(kube::resources::kDaemonSets);
  Observed observed = testing::Observe(session, workload);
  observed.target->resource = kube::resources::kDaemonSets;
  const Plan plan = MakePlan(observed, Options(), Now() + hours(100));
  EXPECT_EQ(plan.verdicts.awake->status, "True");
  EXPECT_EQ(plan.verdicts.awake->reason, reason::kCannotSleep);
  EXPECT_THAT(plan.verdicts.awake->message, HasSubstr("set spec.idle.action to Delete"));
  EXPECT_FALSE(plan.scale);
}

TEST(IdleTest, WhoWaitsForTheTargetIsNotPutToSleep) {
  json session = IdleSession("ScaleToZero");
  session["spec"]["target"]["container"] = "none";
  const Plan plan = MakePlan(testing::Observe(session, MakeDeployment()), Options(), Now());
  EXPECT_EQ(plan.verdicts.awake->status, "Unknown");
  EXPECT_FALSE(plan.scale);
  session =
      WithAwake(IdleSession("ScaleToZero"), "Unknown", reason::kNotInjected, Now() - hours(50));
  const Plan got = MakePlan(testing::Observe(session, InjectedFor(session)), Options(), Now());
  EXPECT_EQ(got.verdicts.awake->reason, reason::kActive) << "counted from when it has it";
}

TEST(IdleTest, DeletesWhereThatIsAskedFor) {
  const json session = IdleSession("Delete");
  EXPECT_THAT(PlanSince(session, minutes(119)).verdicts.awake->message, HasSubstr("deleted at"));
  EXPECT_FALSE(PlanSince(session, hours(2) - seconds(1)).end);
  const Plan plan = PlanSince(session, hours(2));
  ASSERT_TRUE(plan.end);
  EXPECT_EQ(plan.end->reason, reason::kIdle);
  EXPECT_FALSE(plan.scale);
}

}  // namespace
}  // namespace hawser::controller
