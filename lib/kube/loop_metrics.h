// What a controller's loop tells of itself, under the names that controller-runtime gives them.
#pragma once

#include <string>

#include "lib/base/clock.h"
#include "lib/base/metrics.h"

namespace hawser::kube {

/// How one reconcile ended.
enum class ReconcileOutcome { kSuccess, kRequeueAfter, kError, kTerminalError };

/// controller_runtime_reconcile_total{result}, controller_runtime_reconcile_errors_total,
/// controller_runtime_terminal_reconcile_errors_total, controller_runtime_reconcile_panics_total,
/// controller_runtime_reconcile_time_seconds, controller_runtime_active_workers and
/// controller_runtime_max_concurrent_reconciles, labelled with the controller's name; all of them
/// are there from the start. Thread-safe.
class LoopMetrics {
 public:
  LoopMetrics(Metrics& metrics, const std::string& controller, int workers);

  void Began() const { active_.Add(1); }
  void Ended(ReconcileOutcome outcome, Duration took) const;
  /// An exception escaped the reconciler; its reconcile ends as an error.
  void Escaped() const { panics_.Increment(); }

 private:
  Counter& success_;
  Counter& requeue_after_;
  Counter& error_;
  Counter& errors_;
  Counter& terminal_errors_;
  Counter& panics_;
  Histogram& seconds_;
  Gauge& active_;
};

}  // namespace hawser::kube
