// What a queue counts while keys go through it.
#include "lib/kube/queue_metrics.h"

#include <gtest/gtest.h>

#include "lib/kube/work_queue.h"
#include "tests/support/fake_clock.h"
#include "tests/support/recorded_metrics.h"

namespace hawser::kube {
namespace {

using std::chrono::seconds;

const ObjectKey kOne{"dev", "a"};
const ObjectKey kOther{"dev", "b"};

class QueueMetricsTest : public ::testing::Test {
 protected:
  QueueMetricsTest() {
    metrics_.BeforeShowing([this] { kept_.Set(queue_.State()); });
  }
  double Value(const std::string& metric) { return metrics_.Values().at(metric + "{name=q}"); }

  testing::FakeClock clock_;
  testing::RecordedMetrics metrics_;
  QueueMetrics kept_{metrics_, "q"};
  WorkQueue queue_{{.backoff = {.initial = seconds(5), .jitter = 0}}, clock_, kept_};
};

TEST_F(QueueMetricsTest, CountsAKeyOnceHoweverOftenItIsAdded) {
  for (const ObjectKey& key : {kOne, kOther, kOne, kOne}) queue_.Add(key);
  EXPECT_EQ(Value("workqueue_adds_total"), 2);
  EXPECT_EQ(Value("workqueue_depth"), 2);
  ASSERT_TRUE(queue_.TryGet().has_value());
  EXPECT_EQ(Value("workqueue_depth"), 1);
}

TEST_F(QueueMetricsTest, DelayedKeysCountOnceTheyAreDue) {
  queue_.AddAfter(kOne, seconds(60));
  EXPECT_EQ(Value("workqueue_depth"), 0);
  EXPECT_EQ(Value("workqueue_adds_total"), 0);
  clock_.Advance(seconds(63));
  EXPECT_EQ(Value("workqueue_depth"), 1);
  ASSERT_TRUE(queue_.TryGet().has_value());
  EXPECT_EQ(Value("workqueue_adds_total"), 1);
  EXPECT_EQ(Value("workqueue_queue_duration_seconds_sum"), 3);
}

TEST_F(QueueMetricsTest, AKeyBroughtForwardIsAddedOnce) {
  queue_.AddAfter(kOne, seconds(60));
  queue_.Add(kOne);
  queue_.Add(kOne);
  ASSERT_TRUE(queue_.TryGet().has_value());
  EXPECT_EQ(Value("workqueue_adds_total"), 1);
}

TEST_F(QueueMetricsTest, TellsHowLongWorkTakesAndTook) {
  queue_.Add(kOne);
  queue_.Add(kOther);
  ASSERT_EQ(queue_.TryGet(), kOne);
  clock_.Advance(seconds(2));
  ASSERT_EQ(queue_.TryGet(), kOther);
  clock_.Advance(seconds(3));
  EXPECT_EQ(Value("workqueue_unfinished_work_seconds"), 8);
  EXPECT_EQ(Value("workqueue_longest_running_processor_seconds"), 5);
  EXPECT_EQ(Value("workqueue_queue_duration_seconds_sum"), 2);
  queue_.Done(kOne);
  queue_.Done(kOther);
  EXPECT_EQ(Value("workqueue_unfinished_work_seconds"), 0);
  EXPECT_EQ(Value("workqueue_longest_running_processor_seconds"), 0);
  EXPECT_EQ(Value("workqueue_work_duration_seconds_count"), 2);
  EXPECT_EQ(Value("workqueue_work_duration_seconds_sum"), 8);
}

TEST_F(QueueMetricsTest, CountsRetries) {
  queue_.AddRateLimited(kOne);
  queue_.AddRateLimited(kOne);
  EXPECT_EQ(Value("workqueue_retries_total"), 2);
  EXPECT_EQ(Value("workqueue_adds_total"), 0) << "not due yet";
}

}  // namespace
}  // namespace hawser::kube
