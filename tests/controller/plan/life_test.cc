// When a session's time is over, and what is said before.
#include "controller/plan/life.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "lib/base/text.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using testing::MakeDeployment;
using testing::MakeSession;
using testing::Observe;
using testing::Options;

/// A session made at midnight, and what is planned for it later.
Plan PlanAfter(const std::string& ttl, Duration age) {
  json session = MakeSession();
  session["spec"]["ttl"] = ttl;
  const Observed observed = Observe(session, MakeDeployment());
  const WallTime created = ParseTime(observed.session.created).value();
  return MakePlan(observed, Options(), created + age);
}

TEST(LifeTest, WarnsATenthBeforeTheEnd) {
  EXPECT_EQ(WarningTime(hours(5)), minutes(30));
  EXPECT_EQ(WarningTime(minutes(2)), minutes(1)) << "a minute at least";
  EXPECT_EQ(WarningTime(hours(24)), hours(1)) << "an hour at most";
}

TEST(LifeTest, SaysWhenTheSessionEndsAndLooksAgainWhenItIsTimeToWarn) {
  const Plan plan = PlanAfter("12h", hours(2));
  EXPECT_EQ(plan.verdicts.expires_at, ParseTime("2026-01-01T12:00:00Z").value());
  EXPECT_EQ(plan.verdicts.lasting->reason, reason::kLasting);
  EXPECT_THAT(plan.verdicts.lasting->message, HasSubstr("2026-01-01T12:00:00Z"));
  EXPECT_EQ(plan.requeue_after, hours(9));
  EXPECT_FALSE(plan.end);
}

TEST(LifeTest, WarnsWithTheRemedyAndLooksAgainAtTheEnd) {
  for (const auto& [age, left] : {std::pair<Duration, Duration>{hours(11), hours(1)},
                                  {hours(11) + minutes(20), minutes(40)}}) {
    const Plan plan = PlanAfter("12h", age);
    EXPECT_EQ(plan.verdicts.lasting->status, "False");
    EXPECT_EQ(plan.verdicts.lasting->reason, reason::kExpiresSoon);
    EXPECT_THAT(plan.verdicts.lasting->message, HasSubstr("raise spec.ttl"));
    EXPECT_EQ(plan.requeue_after, left);
    EXPECT_FALSE(plan.end);
  }
}

TEST(LifeTest, EndsAtTheSecondAndDoesNothingElse) {
  EXPECT_FALSE(PlanAfter("1h30m", minutes(90) - seconds(1)).end);
  for (const Duration age : {Duration(minutes(90)), Duration(hours(100))}) {
    const Plan plan = PlanAfter("1h30m", age);
    ASSERT_TRUE(plan.end);
    EXPECT_EQ(plan.end->reason, reason::kExpired);
    EXPECT_THAT(plan.end->note, HasSubstr("1h30m (spec.ttl)"));
    EXPECT_FALSE(plan.inject);
    EXPECT_FALSE(plan.add_finalizer);
  }
}

TEST(LifeTest, LastsForEverWithoutATtl) {
  const Plan plan = MakePlan(Observe(MakeSession(), MakeDeployment()), Options(),
                             testing::Now() + hours(24 * 365 * 5));
  EXPECT_FALSE(plan.end);
  EXPECT_FALSE(plan.verdicts.lasting);
  EXPECT_FALSE(plan.verdicts.expires_at);
}

TEST(LifeTest, DoesNotEndWhatIsBeingDeleted) {
  json session = MakeSession();
  session["spec"]["ttl"] = "1h";
  session["metadata"]["deletionTimestamp"] = "2026-01-02T00:00:00Z";
  session["metadata"]["finalizers"] = {devsession::kFinalizer};
  const Plan plan = MakePlan(Observe(session, MakeDeployment()), Options(), testing::Now());
  EXPECT_FALSE(plan.end);
  EXPECT_TRUE(plan.remove_finalizer);
}

}  // namespace
}  // namespace hawser::controller
