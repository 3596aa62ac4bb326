// Order, bounds, deadlines and closing of the queue between threads.
#include "lib/base/bounded_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace hawser {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(BoundedQueueTest, LeavesInTheOrderOfEntering) {
  BoundedQueue<int> queue(3);
  for (const int item : {1, 2, 3}) EXPECT_TRUE(queue.Push(item));
  for (const int item : {1, 2, 3}) EXPECT_EQ(queue.Pop(), item);
}

TEST(BoundedQueueTest, TakesNoMoreThanItsCapacity) {
  BoundedQueue<int> queue(1);
  EXPECT_TRUE(queue.TryPush(1));
  EXPECT_FALSE(queue.TryPush(2));
  EXPECT_FALSE(queue.Push(2, In(milliseconds(1))));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_TRUE(queue.TryPush(2));
}

TEST(BoundedQueueTest, GivesUpAtTheDeadline) {
  BoundedQueue<int> queue(1);
  EXPECT_EQ(queue.Pop(In(milliseconds(1))), std::nullopt);
}

TEST(BoundedQueueTest, LetsOutWhatIsInsideWhenClosed) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.Push(1));
  queue.Close();
  EXPECT_FALSE(queue.Push(2));
  EXPECT_FALSE(queue.TryPush(2));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(BoundedQueueTest, WakesThoseWhoWaitWhenClosed) {
  BoundedQueue<int> empty(1);
  BoundedQueue<int> full(1);
  EXPECT_TRUE(full.Push(1));
  std::jthread popper([&] { EXPECT_EQ(empty.Pop(In(seconds(30))), std::nullopt); });
  std::jthread pusher([&] { EXPECT_FALSE(full.Push(2, In(seconds(30)))); });
  empty.Close();
  full.Close();
}

TEST(BoundedQueueTest, LosesNothingBetweenThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 1000;
  BoundedQueue<int> queue(8);
  std::atomic<int> sum = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int item = 1; item <= kEach; ++item) EXPECT_TRUE(queue.Push(item));
      });
      threads.emplace_back([&] {
        for (int item = 0; item < kEach; ++item) sum += queue.Pop().value_or(0);
      });
    }
  }
  EXPECT_EQ(sum, kThreads * kEach * (kEach + 1) / 2);
}

}  // namespace
}  // namespace hawser
