// The queue's promises: unique keys, delays, backoff, one worker per key.
#include "lib/kube/work_queue.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace hawser::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const ObjectKey kA{"dev", "a"};
const ObjectKey kB{"dev", "b"};

class WorkQueueTest : public ::testing::Test {
 protected:
  // No jitter, so that backoffs are exact.
  static WorkQueueOptions Exact() {
    return {
        .backoff = {.initial = milliseconds(5), .max = seconds(1000), .factor = 2, .jitter = 0}};
  }

  testing::FakeClock clock_;
  WorkQueue queue_{Exact(), clock_};
};

TEST_F(WorkQueueTest, HandsOutKeysInTheOrderTheyCame) {
  queue_.Add(kB);
  queue_.Add(kA);
  EXPECT_EQ(queue_.TryGet(), kB);
  EXPECT_EQ(queue_.TryGet(), kA);
  EXPECT_EQ(queue_.TryGet(), std::nullopt);
}

TEST_F(WorkQueueTest, WaitingKeyIsKeptOnce) {
  queue_.Add(kA);
  queue_.Add(kA);
  EXPECT_EQ(queue_.TryGet(), kA);
  queue_.Done(kA);
  EXPECT_EQ(queue_.TryGet(), std::nullopt);
}

TEST_F(WorkQueueTest, RunningKeyIsHeldBackUntilDone) {
  queue_.Add(kA);
  EXPECT_EQ(queue_.TryGet(), kA);
  queue_.Add(kA);
  EXPECT_EQ(queue_.TryGet(), std::nullopt);
  queue_.Done(kA);
  EXPECT_EQ(queue_.TryGet(), kA);
}

TEST_F(WorkQueueTest, DelayedKeyComesWhenItIsDue) {
  queue_.AddAfter(kA, seconds(10));
  clock_.Advance(seconds(9));
  EXPECT_EQ(queue_.TryGet(), std::nullopt);
  clock_.Advance(seconds(1));
  EXPECT_EQ(queue_.TryGet(), kA);
}

TEST_F(WorkQueueTest, EarlierTimeWins) {
  queue_.AddAfter(kA, seconds(10));
  queue_.AddAfter(kA, seconds(5));
  queue_.AddAfter(kA, seconds(20));
  clock_.Advance(seconds(5));
  EXPECT_EQ(queue_.TryGet(), kA);
  queue_.Done(kA);
  clock_.Advance(seconds(60));
  EXPECT_EQ(queue_.TryGet(), std::nullopt);
}

TEST_F(WorkQueueTest, EarlierTimeWinsForARunningKeyToo) {
  queue_.Add(kA);
  EXPECT_EQ(queue_.TryGet(), kA);
  queue_.AddAfter(kA, seconds(10));
  queue_.AddAfter(kA, seconds(5));
  queue_.Done(kA);
  EXPECT_EQ(queue_.TryGet(), std::nullopt);
  clock_.Advance(seconds(5));
  EXPECT_EQ(queue_.TryGet(), kA);
}

TEST_F(WorkQueueTest, BackoffDoublesPerKeyUntilForgotten) {
  for (const milliseconds wait : {milliseconds(5), milliseconds(10), milliseconds(20)}) {
    queue_.AddRateLimited(kA);
    clock_.Advance(wait - milliseconds(1));
    EXPECT_EQ(queue_.TryGet(), std::nullopt);
    clock_.Advance(milliseconds(1));
    EXPECT_EQ(queue_.TryGet(), kA);
    queue_.Done(kA);
  }
  EXPECT_EQ(queue_.Failures(kA), 3);
  EXPECT_EQ(queue_.Failures(kB), 0);
  queue_.Forget(kA);
  queue_.AddRateLimited(kA);
  clock_.Advance(milliseconds(5));
  EXPECT_EQ(queue_.TryGet(), kA);
}

TEST_F(WorkQueueTest, GetWakesForANewKeyAndForStop) {
  std::optional<ObjectKey> got;
  std::optional<ObjectKey> after_stop = kB;
  std::jthread worker([&](const std::stop_token& stop) {
    got = queue_.Get(stop);
    after_stop = queue_.Get(stop);
  });
  queue_.Add(kA);
  while (queue_.running() == 0) std::this_thread::yield();
  worker.request_stop();
  worker.join();
  EXPECT_EQ(got, kA);
  EXPECT_EQ(after_stop, std::nullopt);
}

}  // namespace
}  // namespace hawser::kube
