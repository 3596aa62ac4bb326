// Runs one controller: fills caches, then lets workers drain the queue under the outcome rules.
#include "lib/kube/controller_loop.h"

#include <exception>
#include <thread>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/text.h"

namespace hawser::kube {

Controller::Controller(ControllerOptions options, Api& api, Reconciler& reconciler,
                       const Clock& clock)
    : options_(std::move(options)),
      api_(api),
      reconciler_(reconciler),
      clock_(clock),
      metrics_(options_.metrics, options_.name, options_.workers),
      queue_metrics_(options_.metrics, options_.name),
      queue_(options_.queue, clock, queue_metrics_) {
  options_.metrics.BeforeShowing([this] { queue_metrics_.Set(queue_.State()); });
}

void Controller::Watch(ReflectorOptions reflector, Cache& cache, KeyMapper mapper) {
  const std::string plural = reflector.resource.plural;
  auto enqueue = [this, mapper = std::move(mapper)](const Change& change) {
    for (const ObjectKey& key : mapper(change)) queue_.Add(key);
  };
  auto warn = [plural](const Status& status) {
    log::Warning("Watch failed and will be retried",
                 {{"resource", plural}, {"error", status.ToString()}});
  };
  sources_.push_back({plural, cache,
                      std::make_unique<Reflector>(std::move(reflector), api_, cache, clock_,
                                                  std::move(enqueue), std::move(warn))});
}

Status Controller::Run(std::stop_token stop) {
  std::vector<std::jthread> reflectors;
  for (const Source& source : sources_) {
    reflectors.emplace_back([&source](std::stop_token own) { source.reflector->Run(own); });
  }
  const std::stop_callback forward(stop, [&] {
    for (std::jthread& reflector : reflectors) reflector.request_stop();
  });
  const Status synced = WaitForSync(stop);
  if (synced.ok()) RunWorkers(stop);
  return synced;
}

void Controller::RunWorkers(const std::stop_token& stop) {
  std::vector<std::jthread> workers;
  for (int i = 0; i < options_.workers; ++i) {
    workers.emplace_back([this, stop] { Work(stop); });
  }
}

Status Controller::WaitForSync(std::stop_token stop) const {
  const Deadline deadline = In(options_.sync_timeout);
  for (const Source& source : sources_) {
    if (source.cache.WaitForSync(deadline, stop) || stop.stop_requested()) continue;
    return DeadlineExceededError("controller " + options_.name + ": the first list of " +
                                 source.plural + " did not arrive within " +
                                 FormatDuration(options_.sync_timeout) +
                                 "; check that the API server is reachable and that the service "
                                 "account may list and watch them");
  }
  return OkStatus();
}

bool Controller::Synced() const {
  for (const Source& source : sources_) {
    if (!source.cache.synced()) return false;
  }
  return true;
}

ReconcileCounts Controller::counts() const {
  return {.success = counters_.success,
          .error = counters_.error,
          .terminal_error = counters_.terminal,
          .requeue_after = counters_.requeue_after,
          .escaped_exceptions = counters_.escaped};
}

void Controller::Work(const std::stop_token& stop) {
  while (const std::optional<ObjectKey> key = queue_.Get(stop)) Process(*key);
}

bool Controller::ReconcileNext() {
  const std::optional<ObjectKey> key = queue_.TryGet();
  if (key) Process(*key);
  return key.has_value();
}

void Controller::Process(const ObjectKey& key) {
  const TimePoint began = clock_.Now();
  metrics_.Began();
  const ReconcileOutcome outcome = Settle(key, CallReconciler(key));
  metrics_.Ended(outcome, clock_.Now() - began);
  queue_.Done(key);
}

ReconcileResult Controller::CallReconciler(const ObjectKey& key) {
  try {
    return reconciler_.Reconcile(key);
  } catch (const std::exception& error) {
    ++counters_.escaped;
    metrics_.Escaped();
    return ReconcileResult::Failed(
        InternalError(std::string("an exception escaped the reconciler: ") + error.what()));
  }
}

ReconcileOutcome Controller::Settle(const ObjectKey& key, const ReconcileResult& result) {
  if (!result.status.ok()) {
    log::Error("Reconcile failed", {{"controller", options_.name},
                                    {"key", key.ToString()},
                                    {"error", result.status.ToString()},
                                    {"terminal", result.terminal}});
  }
  if (!result.status.ok() && !result.terminal) {
    ++counters_.error;
    queue_.AddRateLimited(key);
    return ReconcileOutcome::kError;
  }
  queue_.Forget(key);
  if (!result.status.ok()) {
    ++counters_.terminal;
    return ReconcileOutcome::kTerminalError;
  }
  ++(result.requeue_after ? counters_.requeue_after : counters_.success);
  if (!result.requeue_after) return ReconcileOutcome::kSuccess;
  queue_.AddAfter(key, *result.requeue_after);
  return ReconcileOutcome::kRequeueAfter;
}

}  // namespace hawser::kube
