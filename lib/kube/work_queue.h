// The queue between watches and workers: keys, de-duplicated, delayed, and never worked on twice at
// once.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <tuple>

#include "lib/base/backoff.h"
#include "lib/base/clock.h"
#include "lib/kube/api.h"
#include "lib/kube/queue_metrics.h"

namespace hawser::kube {

/// How failing keys are spread out.
struct WorkQueueOptions {
  BackoffOptions backoff{.initial = std::chrono::milliseconds(5),
                         .max = std::chrono::seconds(1000),
                         .factor = 2.0,
                         .jitter = 0.2};
  uint64_t seed = 1;  ///< of the jitter
};

/// Waiting keys are unique; a key added again keeps the earlier of its times. A key handed out by
/// Get is not handed out again before Done; added meanwhile, it comes again after. Thread-safe.
class WorkQueue {
 public:
  WorkQueue(WorkQueueOptions options, const Clock& clock,
            QueueMetrics metrics = QueueMetrics(NoMetrics(), {}));

  /// Makes the key due now.
  void Add(const ObjectKey& key) { AddAfter(key, Duration::zero()); }
  /// Makes the key due after `delay`, or earlier if it already is.
  void AddAfter(const ObjectKey& key, Duration delay);
  /// Makes the key due after its own backoff, which doubles with each call until Forget.
  void AddRateLimited(const ObjectKey& key);
  /// Starts the key's backoff anew: it succeeded.
  void Forget(const ObjectKey& key);
  /// How often in a row AddRateLimited was called for the key.
  int Failures(const ObjectKey& key) const;

  /// Waits for a due key. Nothing once `stop` asks.
  std::optional<ObjectKey> Get(std::stop_token stop);
  /// A due key, or nothing; never waits.
  std::optional<ObjectKey> TryGet();
  /// The caller of Get is finished with the key.
  void Done(const ObjectKey& key);

  /// How many keys wait (due or not, running or not) and how many are being worked on.
  size_t waiting() const;
  size_t running() const;
  /// What of that is work: due keys, and how long workers have been at theirs.
  QueueState State() const;

 private:
  struct Entry {
    TimePoint due;
    uint64_t order;        // first come, first served among equal times
    bool counted = false;  // told to the metrics as added: the key became due
  };
  using Ready = std::set<std::tuple<TimePoint, uint64_t, ObjectKey>>;

  void AddLocked(const ObjectKey& key, TimePoint due);
  std::optional<ObjectKey> TakeLocked();
  void WaitLocked(std::unique_lock<std::mutex>& lock, std::stop_token stop);

  const WorkQueueOptions options_;
  const Clock& clock_;
  const QueueMetrics metrics_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<ObjectKey, Entry> waiting_;
  Ready ready_;                             // the waiting keys that are not running, by time
  std::map<ObjectKey, TimePoint> running_;  // since when
  std::map<ObjectKey, Backoff> backoffs_;
  uint64_t next_order_ = 0;
};

}  // namespace hawser::kube
