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

TEST(BatcherTest, WaitsLongerForALargerBurstUpToItsBound) {
  Batcher batcher({});
  batcher.Add(Paths(std::vector<std::string>(5000, "x")), kStart);
  EXPECT_EQ(batcher.FlushAt(), kStart + milliseconds(20));
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
