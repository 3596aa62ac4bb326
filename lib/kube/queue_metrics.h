// What a work queue tells of itself, under the names that controller-runtime gives them.
#pragma once

#include <string>

#include "lib/base/clock.h"
#include "lib/base/metrics.h"

namespace hawser::kube {

/// How a queue stands at one moment.
struct QueueState {
  size_t depth = 0;       ///< keys that are due and wait for a worker
  Duration unfinished{};  ///< of all keys being worked on, together
  Duration longest{};     ///< the longest of them
  bool operator==(const QueueState&) const = default;
};

/// workqueue_depth, workqueue_adds_total, workqueue_retries_total,
/// workqueue_queue_duration_seconds, workqueue_work_duration_seconds,
/// workqueue_unfinished_work_seconds and workqueue_longest_running_processor_seconds, labelled with
/// the queue's name. Thread-safe.
class QueueMetrics {
 public:
  QueueMetrics(Metrics& metrics, const std::string& queue);

  /// A key became due.
  void Added() const { adds_.Increment(); }
  /// A key will come again because it failed.
  void Retried() const { retries_.Increment(); }
  /// A worker took a key that had been due for so long.
  void Taken(Duration waited) const;
  /// A worker was done after so long.
  void Finished(Duration worked) const;
  void Set(const QueueState& state) const;

 private:
  Gauge& depth_;
  Counter& adds_;
  Counter& retries_;
  Histogram& queue_seconds_;
  Histogram& work_seconds_;
  Gauge& unfinished_seconds_;
  Gauge& longest_seconds_;
};

}  // namespace hawser::kube
