// Little work gets one thread, much work a few.
#include "lib/base/threads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace hawser {
namespace {

TEST(ThreadsTest, AreAsManyAsTheWorkIsWorth) {
  const size_t cores = std::max<size_t>(std::thread::hardware_concurrency(), 1);
  EXPECT_EQ(ThreadsFor(0, 10), 1U);
  EXPECT_EQ(ThreadsFor(19, 10), 1U);
  EXPECT_EQ(ThreadsFor(20, 10), std::min<size_t>(cores, 2));
  EXPECT_EQ(ThreadsFor(1'000'000, 10), std::min<size_t>(cores, 4));
}

TEST(InPartsTest, DoesEachItemOnceOnThreadsOfTheirOwn) {
  for (const size_t items : {0U, 1U, 7U, 1000U}) {
    std::vector<std::atomic<int>> done(items);
    std::atomic<size_t> parts = 0;
    InParts(items, 10, [&](size_t begin, size_t end) {
      ++parts;
      for (size_t i = begin; i < end; ++i) ++done[i];
    });
    EXPECT_EQ(parts, ThreadsFor(items, 10));
    for (const std::atomic<int>& count : done) EXPECT_EQ(count, 1);
  }
}

}  // namespace
}  // namespace hawser
