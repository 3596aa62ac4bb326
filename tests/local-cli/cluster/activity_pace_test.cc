// When use of a session is told: once a minute or sooner, at once to wake it, never where nobody
// asks.
#include "local-cli/cluster/activity_pace.h"

#include <gtest/gtest.h>

namespace hawser::cli {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint kNoon{std::chrono::hours(12)};

devsession::DevSession Session(const char* awake) {
  devsession::DevSession session{.name = "dev", .ns = "team"};
  session.status.conditions = {{.type = devsession::kAwakeCondition, .status = awake}};
  return session;
}

class ActivityPaceTest : public ::testing::Test {
 protected:
  ActivityPace pace_;
};

TEST_F(ActivityPaceTest, TellsNothingWhereNobodyAsks) {
  pace_.See({.name = "dev"}, kNoon);
  pace_.Note();
  EXPECT_EQ(pace_.TellAt(), kNoDeadline);
  EXPECT_FALSE(pace_.HasNews());
}

TEST_F(ActivityPaceTest, TellsOfASessionThatTheControllerHasNotLookedAtYet) {
  devsession::DevSession session{.name = "dev"};
  session.spec.idle = devsession::Idle{.after = minutes(5)};
  pace_.See(session, kNoon);
  pace_.Note();
  EXPECT_LE(pace_.TellAt(), kNoon);
}

TEST_F(ActivityPaceTest, TellsAtOnceAndThenOnceAMinute) {
  pace_.See(Session("True"), kNoon);
  EXPECT_EQ(pace_.TellAt(), kNoDeadline) << "not used";
  pace_.Note();
  EXPECT_LE(pace_.TellAt(), kNoon);
  pace_.Told(kNoon);
  EXPECT_EQ(pace_.TellAt(), kNoDeadline);
  pace_.Note();
  EXPECT_EQ(pace_.TellAt(), kNoon + minutes(1));
}

TEST_F(ActivityPaceTest, AsksToWakeAtOnceAndAgainUntilItIsAwake) {
  pace_.See(Session("True"), kNoon);
  pace_.Note();
  pace_.Told(kNoon);
  pace_.See(Session("False"), kNoon);
  EXPECT_EQ(pace_.TellAt(), kNoDeadline) << "it may sleep while nobody uses it";
  pace_.Note();
  EXPECT_LE(pace_.TellAt(), kNoon + seconds(1)) << "less than a minute after the last";
  pace_.Told(kNoon + seconds(1));
  EXPECT_EQ(pace_.TellAt(), kNoon + seconds(11));
  pace_.Told(kNoon + seconds(11));
  EXPECT_EQ(pace_.TellAt(), kNoon + seconds(21));
  pace_.See(Session("True"), kNoon);
  EXPECT_EQ(pace_.TellAt(), kNoDeadline);
}

TEST_F(ActivityPaceTest, TellsOnceAMinuteOfUseThatGoesOn) {
  pace_.See(Session("True"), kNoon);
  pace_.Hold(kNoDeadline);
  EXPECT_LE(pace_.TellAt(), kNoon);
  pace_.Told(kNoon);
  EXPECT_FALSE(pace_.HasNews()) << "its end need not be told";
  EXPECT_EQ(pace_.TellAt(), kNoon + minutes(1));
  pace_.See(Session("False"), kNoon);
  EXPECT_LE(pace_.TellAt(), kNoon) << "it fell asleep though it is used";
}

TEST_F(ActivityPaceTest, TellsOftenEnoughThatWhatIsUsedIsNotTakenForIdle) {
  devsession::DevSession session = Session("True");
  session.spec.idle = devsession::Idle{.after = seconds(30)};
  pace_.See(session, kNoon);
  pace_.Hold(kNoDeadline);
  pace_.Told(kNoon);
  EXPECT_EQ(pace_.TellAt(), kNoon + seconds(10));
  session.spec.idle->after = minutes(30);
  pace_.See(session, kNoon);
  EXPECT_EQ(pace_.TellAt(), kNoon + minutes(1));
}

TEST_F(ActivityPaceTest, TellsOfUseUntilItsLimit) {
  pace_.See(Session("True"), kNoon);
  pace_.Hold(kNoon + seconds(90));
  pace_.Told(kNoon);
  EXPECT_EQ(pace_.TellAt(), kNoon + minutes(1));
  pace_.Told(kNoon + minutes(1));
  EXPECT_EQ(pace_.TellAt(), kNoDeadline);
  pace_.See(Session("False"), kNoon + seconds(89));
  EXPECT_LE(pace_.TellAt(), kNoon);
  pace_.See(Session("True"), kNoon + seconds(90));
  pace_.See(Session("False"), kNoon + seconds(90));
  EXPECT_EQ(pace_.TellAt(), kNoDeadline) << "the limit is past: it may sleep";
}

TEST_F(ActivityPaceTest, ReleasedItMaySleepButTellsWhatWasNoted) {
  pace_.See(Session("True"), kNoon);
  pace_.Hold(kNoDeadline);
  pace_.Told(kNoon);
  pace_.Note();
  pace_.Release();
  EXPECT_EQ(pace_.TellAt(), kNoon + minutes(1));
  pace_.Told(kNoon + minutes(1));
  EXPECT_EQ(pace_.TellAt(), kNoDeadline);
  pace_.See(Session("False"), kNoon + minutes(2));
  EXPECT_EQ(pace_.TellAt(), kNoDeadline) << "nobody uses it";
}

TEST_F(ActivityPaceTest, UseNotToldYetWakesToo) {
  pace_.See(Session("True"), kNoon);
  pace_.Note();
  pace_.Told(kNoon);
  pace_.Note();
  pace_.See(Session("False"), kNoon);
  EXPECT_LE(pace_.TellAt(), kNoon);
}

}  // namespace
}  // namespace hawser::cli
