// What a loop counts about its reconciles.
#include "lib/kube/loop_metrics.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "lib/kube/controller_loop.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/recorded_metrics.h"

namespace hawser::kube {
namespace {

using std::chrono::seconds;

/// Takes two seconds and ends as the test says.
class TimedReconciler final : public Reconciler {
 public:
  TimedReconciler(testing::FakeClock& clock, testing::RecordedMetrics& metrics)
      : clock_(clock), metrics_(metrics) {}
  ReconcileResult Reconcile(const ObjectKey& /*key*/) override {
    active_ = metrics_.Values().at("controller_runtime_active_workers{controller=test}");
    clock_.Advance(seconds(2));
    if (throws_) throw std::runtime_error("bug");
    return result_;
  }

  ReconcileResult result_;
  bool throws_ = false;
  double active_ = 0;

 private:
  testing::FakeClock& clock_;
  testing::RecordedMetrics& metrics_;
};

class LoopMetricsTest : public ::testing::Test {
 protected:
  void Reconcile(ReconcileResult result) {
    reconciler_.result_ = std::move(result);
    controller_.Enqueue({"dev", "a"});
    while (controller_.ReconcileNext()) {
    }
  }
  double Value(const std::string& metric) {
    return metrics_.Values().at(metric + "{controller=test}");
  }
  double Total(const std::string& result) {
    return metrics_.Values().at(
        "controller_runtime_reconcile_total{controller=test,result=" + result + "}");
  }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  testing::RecordedMetrics metrics_;
  TimedReconciler reconciler_{clock_, metrics_};
  Controller controller_{
      {.name = "test", .workers = 3, .metrics = metrics_}, api_, reconciler_, clock_};
};

TEST_F(LoopMetricsTest, EverythingIsThereFromTheStart) {
  for (const char* result : {"success", "error", "requeue", "requeue_after"}) {
    EXPECT_EQ(Total(result), 0);
  }
  for (const char* metric :
       {"controller_runtime_reconcile_errors_total",
        "controller_runtime_terminal_reconcile_errors_total",
        "controller_runtime_reconcile_panics_total",
        "controller_runtime_reconcile_time_seconds_count", "controller_runtime_active_workers"}) {
    EXPECT_EQ(Value(metric), 0) << metric;
  }
  EXPECT_EQ(Value("controller_runtime_max_concurrent_reconciles"), 3);
}

TEST_F(LoopMetricsTest, CountsEachOutcome) {
  Reconcile(ReconcileResult::Done());
  Reconcile(ReconcileResult::After(seconds(60)));
  EXPECT_EQ(Total("success"), 1);
  EXPECT_EQ(Total("requeue_after"), 1);
  EXPECT_EQ(Value("controller_runtime_reconcile_errors_total"), 0);
  Reconcile(ReconcileResult::Failed(UnavailableError("down")));
  Reconcile(ReconcileResult::Terminal(InvalidArgumentError("bad spec")));
  EXPECT_EQ(Total("error"), 2);
  EXPECT_EQ(Value("controller_runtime_reconcile_errors_total"), 2);
  EXPECT_EQ(Value("controller_runtime_terminal_reconcile_errors_total"), 1);
  EXPECT_EQ(Value("controller_runtime_reconcile_panics_total"), 0);
}

TEST_F(LoopMetricsTest, CountsExceptionsAsErrorsToo) {
  reconciler_.throws_ = true;
  Reconcile({});
  EXPECT_EQ(Value("controller_runtime_reconcile_panics_total"), 1);
  EXPECT_EQ(Value("controller_runtime_reconcile_errors_total"), 1);
  EXPECT_EQ(Value("controller_runtime_active_workers"), 0);
}

TEST_F(LoopMetricsTest, TellsHowLongReconcilesTakeAndHowManyRun) {
  Reconcile(ReconcileResult::Done());
  EXPECT_EQ(reconciler_.active_, 1);
  EXPECT_EQ(Value("controller_runtime_active_workers"), 0);
  EXPECT_EQ(Value("controller_runtime_reconcile_time_seconds_count"), 1);
  EXPECT_EQ(Value("controller_runtime_reconcile_time_seconds_sum"), 2);
}

TEST_F(LoopMetricsTest, TellsOfTheQueueUnderTheSameName) {
  controller_.Enqueue({"dev", "a"});
  EXPECT_EQ(metrics_.Values().at("workqueue_depth{name=test}"), 1);
  EXPECT_EQ(metrics_.Values().at("workqueue_adds_total{name=test}"), 1);
}

}  // namespace
}  // namespace hawser::kube
