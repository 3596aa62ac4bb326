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

}  // namespace
}  // namespace hawser::fs
