// The names and bounds of a loop's metrics.
#include "lib/kube/loop_metrics.h"

namespace hawser::kube {
namespace {

const MetricName kReconciles{"controller_runtime_reconcile_total",
                             "Reconciles by controller and result"};

/// The bounds that dashboards made for controller-runtime expect.
const std::vector<double>& ReconcileBounds() {
  static const std::vector<double> bounds = {
      0.005, 0.01, 0.025, 0.05, 0.1,  0.15, 0.2,  0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6,
      0.7,   0.8,  0.9,   1.0,  1.25, 1.5,  1.75, 2.0,  2.5, 3.0,  3.5, 4.0,  4.5, 5,
      6,     7,    8,     9,    10,   15,   20,   25,   30,  40,   50,  60};
  return bounds;
}

}  // namespace

LoopMetrics::LoopMetrics(Metrics& metrics, const std::string& controller, int workers)
    : success_(metrics.CounterOf(kReconciles, {{"controller", controller}, {"result", "success"}})),
      requeue_after_(metrics.CounterOf(kReconciles,
                                       {{"controller", controller}, {"result", "requeue_after"}})),
      error_(metrics.CounterOf(kReconciles, {{"controller", controller}, {"result", "error"}})),
      errors_(metrics.CounterOf(
          {"controller_runtime_reconcile_errors_total", "Reconciles that failed, by controller"},
          {{"controller", controller}})),
      terminal_errors_(metrics.CounterOf(
          {"controller_runtime_terminal_reconcile_errors_total",
           "Reconciles that failed and are not retried before something changes, by controller"},
          {{"controller", controller}})),
      panics_(metrics.CounterOf({"controller_runtime_reconcile_panics_total",
                                 "Reconciles that an exception escaped from, by controller"},
                                {{"controller", controller}})),
      seconds_(metrics.HistogramOf(
          {"controller_runtime_reconcile_time_seconds", "Seconds that a reconcile took"},
          {{"controller", controller}}, ReconcileBounds())),
      active_(metrics.GaugeOf(
          {"controller_runtime_active_workers", "Workers that reconcile now, by controller"},
          {{"controller", controller}})) {
  metrics
      .GaugeOf({"controller_runtime_max_concurrent_reconciles",
                "Reconciles that may run at once, by controller"},
               {{"controller", controller}})
      .Set(workers);
  // What has not happened yet is zero, not absent.
  metrics.CounterOf(kReconciles, {{"controller", controller}, {"result", "requeue"}});
}

void LoopMetrics::Ended(ReconcileOutcome outcome, Duration took) const {
  active_.Add(-1);
  seconds_.Observe(std::chrono::duration<double>(took).count());
  switch (outcome) {
    case ReconcileOutcome::kSuccess:
      return success_.Increment();
    case ReconcileOutcome::kRequeueAfter:
      return requeue_after_.Increment();
    case ReconcileOutcome::kTerminalError:
      terminal_errors_.Increment();
      [[fallthrough]];
    case ReconcileOutcome::kError:
      errors_.Increment();
      return error_.Increment();
  }
}

}  // namespace hawser::kube
