// When which way is tried, and which is taken, in a time that the test moves.
#include "local-cli/cluster/way_race.h"

#include <gtest/gtest.h>

namespace hawser::cli {

/// For messages of failed tests.
void PrintTo(const WayRace::Advice& advice, std::ostream* out) {
  *out << (advice.dial_api_server ? "dial" : "") << (advice.give_up ? "give up" : "");
  if (advice.take) *out << (*advice.take == Way::kDirect ? "take direct" : "take API server");
}

namespace {

using std::chrono::milliseconds;
using Advice = WayRace::Advice;

constexpr TimePoint kRaceStart{std::chrono::hours(1)};
constexpr Advice kNothing{};
constexpr Advice kDial{.dial_api_server = true};
constexpr Advice kTakeDirect{.take = Way::kDirect};
constexpr Advice kTakeApiServer{.take = Way::kApiServer};
constexpr Advice kGiveUp{.give_up = true};

TimePoint At(int ms) {
  return kRaceStart + milliseconds(ms);
}

TEST(WayRaceTest, LeavesTheApiServerAloneWhereAPodIsNear) {
  WayRace race(kRaceStart);
  EXPECT_EQ(race.OnOpened(Way::kDirect, At(3)), kTakeDirect);
}

TEST(WayRaceTest, DialsTheApiServerWhenTheHeadStartIsOver) {
  WayRace race(kRaceStart);
  EXPECT_EQ(race.WakeAt(), At(10));
  EXPECT_EQ(race.OnTick(At(9)), kNothing);
  EXPECT_EQ(race.OnTick(At(10)), kDial);
  EXPECT_EQ(race.WakeAt(), kNoDeadline);
  EXPECT_EQ(race.OnOpened(Way::kDirect, At(25)), kTakeDirect);
}

TEST(WayRaceTest, DialsTheApiServerAtOnceWhereNobodyListens) {
  WayRace race(kRaceStart);
  EXPECT_EQ(race.OnFailed(Way::kDirect, At(1)), kDial);
  EXPECT_EQ(race.OnOpened(Way::kApiServer, At(20)), kTakeApiServer) << "nothing to wait for";
}

TEST(WayRaceTest, PrefersTheDirectWayWithinItsGrace) {
  WayRace race(kRaceStart);
  ASSERT_EQ(race.OnTick(At(10)), kDial);
  EXPECT_EQ(race.OnOpened(Way::kApiServer, At(40)), kNothing);
  EXPECT_EQ(race.WakeAt(), At(70));
  EXPECT_EQ(race.OnOpened(Way::kDirect, At(69)), kTakeDirect);
}

TEST(WayRaceTest, TakesTheApiServerWhenTheGraceIsOverOrInVain) {
  WayRace silent(kRaceStart);
  ASSERT_EQ(silent.OnTick(At(10)), kDial);
  ASSERT_EQ(silent.OnOpened(Way::kApiServer, At(40)), kNothing);
  EXPECT_EQ(silent.OnTick(At(69)), kNothing);
  EXPECT_EQ(silent.OnTick(At(70)), kTakeApiServer);
  WayRace refused(kRaceStart);
  ASSERT_EQ(refused.OnTick(At(10)), kDial);
  ASSERT_EQ(refused.OnOpened(Way::kApiServer, At(40)), kNothing);
  EXPECT_EQ(refused.OnFailed(Way::kDirect, At(45)), kTakeApiServer);
}

TEST(WayRaceTest, WaitsForTheDirectWayWhenTheOtherFailed) {
  WayRace race(kRaceStart);
  ASSERT_EQ(race.OnTick(At(10)), kDial);
  EXPECT_EQ(race.OnFailed(Way::kApiServer, At(20)), kNothing);
  EXPECT_EQ(race.WakeAt(), kNoDeadline);
  EXPECT_EQ(race.OnOpened(Way::kDirect, At(900)), kTakeDirect);
}

TEST(WayRaceTest, GivesUpWhenBothFailed) {
  WayRace race(kRaceStart);
  ASSERT_EQ(race.OnFailed(Way::kDirect, At(1)), kDial);
  EXPECT_EQ(race.OnFailed(Way::kApiServer, At(20)), kGiveUp);
}

/// Whatever the direct way does not do, it costs head start and grace and no more.
TEST(WayRaceTest, CostsFortyMillisecondsWherePodsAreOutOfReach) {
  for (int alone = 1; alone < 500; alone += 7) {
    WayRace race(kRaceStart);
    ASSERT_EQ(race.OnTick(race.WakeAt()), kDial);
    const TimePoint open = At(10 + alone);
    ASSERT_EQ(race.OnOpened(Way::kApiServer, open), kNothing);
    const TimePoint taken = race.WakeAt();
    EXPECT_EQ(race.OnTick(taken), kTakeApiServer);
    EXPECT_EQ(taken - At(alone), milliseconds(40));
  }
}

}  // namespace
}  // namespace hawser::cli
