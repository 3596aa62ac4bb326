// The names and bounds of a queue's metrics.
#include "lib/kube/queue_metrics.h"

namespace hawser::kube {
namespace {

double InSeconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

/// From ten nanoseconds to a quarter of an hour.
std::vector<double> QueueBounds() {
  return ExponentialBounds(10e-9, 10, 12);
}

}  // namespace

QueueMetrics::QueueMetrics(Metrics& metrics, const std::string& queue)
    : depth_(metrics.GaugeOf({"workqueue_depth", "Keys that are due and wait for a worker"},
                             {{"name", queue}})),
      adds_(metrics.CounterOf({"workqueue_adds_total", "Keys that became due"}, {{"name", queue}})),
      retries_(metrics.CounterOf(
          {"workqueue_retries_total", "Keys that come again after a failure"}, {{"name", queue}})),
      queue_seconds_(metrics.HistogramOf({"workqueue_queue_duration_seconds",
                                          "Seconds that a key was due before a worker took it"},
                                         {{"name", queue}}, QueueBounds())),
      work_seconds_(metrics.HistogramOf(
          {"workqueue_work_duration_seconds", "Seconds that a worker spent on a key"},
          {{"name", queue}}, QueueBounds())),
      unfinished_seconds_(metrics.GaugeOf(
          {"workqueue_unfinished_work_seconds",
           "Seconds spent so far on the keys being worked on, together; a growing number means "
           "that workers are stuck"},
          {{"name", queue}})),
      longest_seconds_(metrics.GaugeOf({"workqueue_longest_running_processor_seconds",
                                        "Seconds spent so far on the key worked on longest"},
                                       {{"name", queue}})) {}

void QueueMetrics::Taken(Duration waited) const {
  queue_seconds_.Observe(InSeconds(waited));
}

void QueueMetrics::Finished(Duration worked) const {
  work_seconds_.Observe(InSeconds(worked));
}

void QueueMetrics::Set(const QueueState& state) const {
  depth_.Set(static_cast<double>(state.depth));
  unfinished_seconds_.Set(InSeconds(state.unfinished));
  longest_seconds_.Set(InSeconds(state.longest));
}

}  // namespace hawser::kube
