// When a burst of file events is flushed.
#include "lib/sync/workspace/batcher.h"

#include <gtest/gtest.h>

namespace hawser::sync {
namespace {

using std::chrono::milliseconds;

constexpr TimePoint kStart{std::chrono::hours(1)};

fs::Dirty Paths(std::vector<std::string> paths, TimePoint first = kStart) {
  fs::Dirty dirty;
  dirty.paths = std::move(paths);
  dirty.first_event = first;
  return dirty;
}

TEST(BatcherTest, FlushesOneSaveAfterTheShortestQuiet) {
  Batcher batcher({});
  EXPECT_EQ(batcher.FlushAt(), std::nullopt);
  batcher.Add(Paths({"b", "a", "b"}), kStart);
  EXPECT_FALSE(batcher.Take(kStart + milliseconds(1)).has_value());
  const auto dirty = batcher.Take(kStart + milliseconds(4));
  ASSERT_TRUE(dirty.has_value());
  EXPECT_EQ(dirty->paths, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(dirty->first_event, kStart);
  EXPECT_EQ(batcher.FlushAt(), std::nullopt);
}

TEST(BatcherTest, WaitsAsThePaceOfABurstAsksUpToItsBound) {
  const struct {
    milliseconds pause;
    milliseconds quiet;
  } kCases[] = {{milliseconds(0), milliseconds(2)},
                {milliseconds(1), milliseconds(6)},
                {milliseconds(3), milliseconds(14)},
                {milliseconds(10), milliseconds(20)}};
  for (const auto& [pause, quiet] : kCases) {
    Batcher batcher({});
    batcher.Add(Paths({"a"}), kStart);
    batcher.Add(Paths({"b"}), kStart + pause);
    EXPECT_EQ(batcher.FlushAt(), kStart + pause + quiet);
  }
}

TEST(BatcherTest, TakesItsOwnWorkForNoPause) {
  Batcher batcher({});
  batcher.Add(Paths({"a"}), kStart);
  batcher.Waits(kStart + milliseconds(9));
  batcher.Add(Paths({"b"}), kStart + milliseconds(10));
  EXPECT_EQ(batcher.FlushAt(), kStart + milliseconds(10 + 6));
}

TEST(BatcherTest, ForgetsALongPauseGradually) {
  Batcher batcher({});
  batcher.Add(Paths({"a"}), kStart);
  TimePoint now = kStart + milliseconds(4);
  batcher.Add(Paths({"b"}), now);
  EXPECT_EQ(batcher.FlushAt(), now + milliseconds(18));
  batcher.Add(Paths({"c"}), now);
  EXPECT_EQ(batcher.FlushAt(), now + milliseconds(14));
  for (int i = 0; i < 30; ++i) batcher.Add(Paths({"d"}), now);
  EXPECT_LT(batcher.FlushAt(), now + milliseconds(3));
}

TEST(BatcherTest, DoesNotTakeTheTimeBetweenBurstsForAPace) {
  Batcher batcher({});
  batcher.Add(Paths({"a"}), kStart);
  ASSERT_TRUE(batcher.Take(kStart + milliseconds(5)).has_value());
  const TimePoint later = kStart + std::chrono::hours(1);
  batcher.Add(Paths({"b"}), later);
  EXPECT_EQ(batcher.FlushAt(), later + milliseconds(2));
}

TEST(BatcherTest, ExpectsMoreWhereManyCameAtOnce) {
  Batcher batcher({});
  batcher.Add(Paths(std::vector<std::string>(5000, "x")), kStart);
  EXPECT_EQ(batcher.FlushAt(), kStart + milliseconds(4));
}

TEST(BatcherTest, NeverWaitsLongerThanASecondForQuiet) {
  Batcher batcher({});
  for (int i = 0; i <= 1000; ++i) batcher.Add(Paths({"x"}), kStart + milliseconds(i));
  EXPECT_EQ(batcher.FlushAt(), kStart + std::chrono::seconds(1));
}

TEST(BatcherTest, HoldsWhileAWriterHoldsItsLock) {
  Batcher batcher({});
  batcher.Hold(true, kStart);
  batcher.Add(Paths({"x"}), kStart);
  EXPECT_FALSE(batcher.Take(kStart + std::chrono::seconds(9)).has_value());
  const TimePoint released = kStart + std::chrono::seconds(9);
  batcher.Hold(false, released);
  EXPECT_EQ(batcher.FlushAt(), released + milliseconds(2));
  EXPECT_TRUE(batcher.Take(released + milliseconds(2)).has_value());
}

TEST(BatcherTest, GivesUpOnALockThatIsNeverReleased) {
  Batcher batcher({});
  batcher.Hold(true, kStart);
  batcher.Add(Paths({"x"}), kStart);
  EXPECT_TRUE(batcher.Take(kStart + std::chrono::seconds(10)).has_value());
}

TEST(BatcherTest, KeepsWhyEverythingIsDirty) {
  Batcher batcher({});
  fs::Dirty lost;
  lost.everything = true;
  lost.reason = "overflow";
  lost.first_event = kStart;
  batcher.Add(Paths({"x"}), kStart);
  batcher.Add(lost, kStart);
  const auto dirty = batcher.Take(kStart + milliseconds(20));
  ASSERT_TRUE(dirty.has_value());
  EXPECT_TRUE(dirty->everything);
  EXPECT_EQ(dirty->reason, "overflow");
}

}  // namespace
}  // namespace hawser::sync
