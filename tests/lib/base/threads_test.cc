// Little work gets one thread, much work a few.
#include "lib/base/threads.h"

#include <gtest/gtest.h>

namespace hawser {
namespace {

TEST(ThreadsTest, AreAsManyAsTheWorkIsWorth) {
  const size_t cores = std::max<size_t>(std::thread::hardware_concurrency(), 1);
  EXPECT_EQ(ThreadsFor(0, 10), 1U);
  EXPECT_EQ(ThreadsFor(19, 10), 1U);
  EXPECT_EQ(ThreadsFor(20, 10), std::min<size_t>(cores, 2));
  EXPECT_EQ(ThreadsFor(1'000'000, 10), std::min<size_t>(cores, 4));
}

}  // namespace
}  // namespace hawser
