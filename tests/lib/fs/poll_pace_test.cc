// How often a polling watcher looks.
#include "lib/fs/poll_pace.h"

#include <gtest/gtest.h>

namespace hawser::fs {
namespace {

using std::chrono::milliseconds;

TEST(PollPaceTest, LooksMoreSeldomTheLongerNothingChangesAndOftenAgainAfterAChange) {
  PollPace pace;
  EXPECT_EQ(pace.After(milliseconds(1), true), PollPace::kBusy);
  Duration before = PollPace::kBusy;
  for (int i = 0; i < 30; ++i) {
    const Duration rest = pace.After(milliseconds(1), false);
    EXPECT_GE(rest, before);
    before = rest;
  }
  EXPECT_EQ(before, PollPace::kIdle);
  EXPECT_EQ(pace.After(milliseconds(1), true), PollPace::kBusy);
}

TEST(PollPaceTest, NeverSpendsMoreThanATwentiethOfTheTimeLooking) {
  PollPace pace;
  EXPECT_EQ(pace.After(std::chrono::seconds(1), true), std::chrono::seconds(19));
}

TEST(PollPaceTest, SpendsAFiveHundredthOfTheTimeOnceNothingChangedForMinutes) {
  constexpr Duration kCost = milliseconds(45);
  PollPace pace;
  pace.After(kCost, true);
  Duration paused{};
  Duration rest{};
  while (paused < std::chrono::minutes(8)) {
    rest = pace.After(kCost, false);
    EXPECT_LE(rest, std::max(PollPace::kIdle, paused / 10)) << "after " << paused.count() << " ns";
    paused += rest;
  }
  EXPECT_EQ(rest, kCost * 499);
  EXPECT_LT(pace.After(kCost, true), std::chrono::seconds(1));
}

TEST(PollPaceTest, LooksAtFewFilesAsOftenHoweverLongNothingChanged) {
  PollPace pace;
  for (int i = 0; i < 1000; ++i) pace.After(milliseconds(1), false);
  EXPECT_EQ(pace.After(milliseconds(1), false), PollPace::kIdle);
}

}  // namespace
}  // namespace hawser::fs
