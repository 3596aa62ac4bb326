// How long files that are written, or went, are held back.
#include "lib/fs/open_writes.h"

#include <gtest/gtest.h>

namespace hawser::fs {
namespace {

using std::chrono::milliseconds;

constexpr TimePoint kStart{std::chrono::hours(1)};

TEST(OpenWritesTest, HoldsAFileUntilItComesToRest) {
  OpenWrites writes;
  writes.Written("f", kStart);
  writes.Written("f", kStart + milliseconds(50));
  EXPECT_EQ(writes.NextAt(), kStart + milliseconds(50) + OpenWrites::kRest);
  EXPECT_TRUE(writes.Take(kStart + milliseconds(149)).empty());
  const auto due = writes.Take(kStart + milliseconds(150));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].second, kStart);
  EXPECT_EQ(writes.NextAt(), std::nullopt);
}

TEST(OpenWritesTest, HoldsAFileThatWentUntilItIsLateToComeBack) {
  OpenWrites writes;
  writes.Gone("f", kStart);
  EXPECT_TRUE(writes.AwaitsReturn());
  EXPECT_EQ(writes.NextAt(), kStart + OpenWrites::kComeBack);
  EXPECT_EQ(writes.Take(kStart + OpenWrites::kComeBack).size(), 1U);
  EXPECT_FALSE(writes.AwaitsReturn());
}

TEST(OpenWritesTest, AFileThatCameBackIsHeldAsOneThatIsWritten) {
  OpenWrites writes;
  writes.Gone("f", kStart);
  writes.Written("f", kStart + milliseconds(5));
  EXPECT_FALSE(writes.AwaitsReturn());
  EXPECT_TRUE(writes.Take(kStart + milliseconds(50)).empty());
  writes.Settled("f");
  EXPECT_EQ(writes.NextAt(), std::nullopt);
}

TEST(OpenWritesTest, EndsTheWaitForFilesThatGoOnAndOn) {
  OpenWrites writes;
  TimePoint now = kStart;
  for (int i = 0; now < kStart + OpenWrites::kMaxHold; ++i, now += milliseconds(5)) {
    writes.Gone(std::to_string(i), now);
    writes.Take(now);
    EXPECT_TRUE(writes.AwaitsReturn());
  }
  EXPECT_LE(*writes.NextAt(), now);
  EXPECT_EQ(writes.Take(now).size(), 2U);
  EXPECT_FALSE(writes.AwaitsReturn());
  writes.Gone("later", now);
  EXPECT_EQ(writes.NextAt(), now + OpenWrites::kComeBack);
}

TEST(OpenWritesTest, CountsAFileThatWentOnce) {
  OpenWrites writes;
  writes.Gone("f", kStart);
  writes.Gone("f", kStart + milliseconds(1));
  writes.Settled("f");
  writes.Settled("f");
  EXPECT_FALSE(writes.AwaitsReturn());
  writes.Written("f", kStart);
  writes.Gone("f", kStart);
  writes.Settled("f");
  EXPECT_FALSE(writes.AwaitsReturn());
}

}  // namespace
}  // namespace hawser::fs
