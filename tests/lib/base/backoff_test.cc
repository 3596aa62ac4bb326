// Delays grow, spread, stop at their maximum, and repeat with their seed.
#include "lib/base/backoff.h"

#include <gtest/gtest.h>

#include <vector>

namespace hawser {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(BackoffTest, DoublesUpToItsMaximum) {
  Backoff backoff({.initial = milliseconds(100), .max = seconds(1), .jitter = 0}, 1);
  const std::vector<Duration> expected = {milliseconds(100), milliseconds(200), milliseconds(400),
                                          milliseconds(800), seconds(1),        seconds(1)};
  for (const Duration delay : expected) EXPECT_EQ(backoff.Next(), delay);
}

TEST(BackoffTest, SpreadsEachDelay) {
  Backoff backoff({.initial = milliseconds(1000), .max = seconds(1000), .factor = 1, .jitter = 0.2},
                  7);
  Duration least = Duration::max();
  Duration most{};
  for (int i = 0; i < 1000; ++i) {
    const Duration delay = backoff.Next();
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, milliseconds(800));
  EXPECT_LT(least, milliseconds(820));
  EXPECT_GT(most, milliseconds(1180));
  EXPECT_LE(most, milliseconds(1200));
}

TEST(BackoffTest, StartsAnewAfterSuccess) {
  Backoff backoff({.initial = milliseconds(100), .jitter = 0}, 1);
  (void)backoff.Next();
  (void)backoff.Next();
  EXPECT_EQ(backoff.failures(), 2);
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), milliseconds(100));
}

TEST(BackoffTest, RepeatsWithItsSeed) {
  Backoff one({}, 42);
  Backoff two({}, 42);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(one.Next(), two.Next());
}

TEST(BackoffTest, SurvivesAnyNumberOfFailures) {
  Backoff backoff({}, 1);
  for (int i = 0; i < 10000; ++i) EXPECT_LE(backoff.Next(), seconds(30));
}

}  // namespace
}  // namespace hawser
