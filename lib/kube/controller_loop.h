// The operator's loop: watches feed a queue of keys, workers reconcile them one by one.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/metrics.h"
#include "lib/base/status.h"
#include "lib/kube/api.h"
#include "lib/kube/cache.h"
#include "lib/kube/loop_metrics.h"
#include "lib/kube/reflector.h"
#include "lib/kube/work_queue.h"

namespace hawser::kube {

/// How one reconcile went, and when the key is looked at again. A failure wins over
/// `requeue_after`.
struct ReconcileResult {
  Status status{};                        ///< not ok: retried with the key's backoff
  std::optional<Duration> requeue_after;  ///< look again then; forgets earlier failures
  bool terminal = false;                  ///< a failure not worth retrying until something changes
  bool operator==(const ReconcileResult&) const = default;

  static ReconcileResult Done() { return {}; }
  static ReconcileResult After(Duration delay) { return {.requeue_after = delay}; }
  static ReconcileResult Failed(Status status) { return {.status = std::move(status)}; }
  static ReconcileResult Terminal(Status status) {
    return {.status = std::move(status), .terminal = true};
  }
};

/// Makes the world match what one object asks for.
class Reconciler {
 public:
  virtual ~Reconciler() = default;
  /// Looks at the state named by `key` afresh and acts on it. Called on worker threads: several at
  /// once, but never two for equal keys. Idempotent.
  virtual ReconcileResult Reconcile(const ObjectKey& key) = 0;
};

/// Which keys to reconcile when a watched object changed.
using KeyMapper = std::function<std::vector<ObjectKey>(const Change&)>;

struct ControllerOptions {
  std::string name;  ///< for logs and metrics
  int workers = 2;
  Duration sync_timeout = std::chrono::minutes(2);  ///< for all first lists together
  WorkQueueOptions queue;
  Metrics& metrics = NoMetrics();  ///< shown while the controller lives only
};

/// How often reconciles ended in which way, since the start.
struct ReconcileCounts {
  uint64_t success = 0;
  uint64_t error = 0;
  uint64_t terminal_error = 0;
  uint64_t requeue_after = 0;
  uint64_t escaped_exceptions = 0;  ///< counted as errors too
  bool operator==(const ReconcileCounts&) const = default;
};

/// One controller: its watches, its queue, its workers. Watch is called before Run; the rest is
/// thread-safe.
class Controller {
 public:
  /// What is passed by reference must outlive the controller.
  Controller(ControllerOptions options, Api& api, Reconciler& reconciler, const Clock& clock);

  /// Mirrors a resource into `cache` while Run runs and reconciles the keys that `mapper` names.
  void Watch(ReflectorOptions reflector, Cache& cache, KeyMapper mapper);

  /// Reconciles a key soon, for causes other than watches.
  void Enqueue(const ObjectKey& key) { queue_.Add(key); }
  /// The same after `delay`; what comes meanwhile is the same look.
  void EnqueueAfter(const ObjectKey& key, Duration delay) { queue_.AddAfter(key, delay); }

  /// Fills the caches, then works until `stop`; running reconciles finish first.
  /// deadline_exceeded names the resources whose first list did not arrive in time.
  Status Run(std::stop_token stop);

  /// True once every cache holds its first list.
  bool Synced() const;
  ReconcileCounts counts() const;

  /// Reconciles one due key on the calling thread; false when none is due.
  bool ReconcileNext();

 private:
  struct Source {
    std::string plural;
    const Cache& cache;
    std::unique_ptr<Reflector> reflector;
  };

  Status WaitForSync(std::stop_token stop) const;
  void RunWorkers(const std::stop_token& stop);
  void Work(const std::stop_token& stop);
  void Process(const ObjectKey& key);
  ReconcileResult CallReconciler(const ObjectKey& key);
  ReconcileOutcome Settle(const ObjectKey& key, const ReconcileResult& result);

  const ControllerOptions options_;
  Api& api_;
  Reconciler& reconciler_;
  const Clock& clock_;
  const LoopMetrics metrics_;
  const QueueMetrics queue_metrics_;
  WorkQueue queue_;
  std::vector<Source> sources_;

  struct Counters {
    std::atomic<uint64_t> success{0}, error{0}, terminal{0}, requeue_after{0}, escaped{0};
  } counters_;
};

}  // namespace hawser::kube
