// Waiting keys ordered by time; keys being worked on are held back until they are done.
#include "lib/kube/work_queue.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace hawser::kube {

WorkQueue::WorkQueue(WorkQueueOptions options, const Clock& clock, QueueMetrics metrics)
    : options_(options), clock_(clock), metrics_(metrics) {}

void WorkQueue::AddAfter(const ObjectKey& key, Duration delay) {
  const std::lock_guard lock(mutex_);
  AddLocked(key, clock_.Now() + delay);
}

void WorkQueue::AddRateLimited(const ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  const uint64_t seed = options_.seed ^ std::hash<std::string>{}(key.ToString());
  const auto it = backoffs_.try_emplace(key, options_.backoff, seed).first;
  metrics_.Retried();
  AddLocked(key, clock_.Now() + it->second.Next());
}

void WorkQueue::Forget(const ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  backoffs_.erase(key);
}

int WorkQueue::Failures(const ObjectKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto it = backoffs_.find(key);
  return it == backoffs_.end() ? 0 : it->second.failures();
}

std::optional<ObjectKey> WorkQueue::Get(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (std::optional<ObjectKey> key = TakeLocked()) return key;
    WaitLocked(lock, stop);
  }
  return std::nullopt;
}

std::optional<ObjectKey> WorkQueue::TryGet() {
  const std::lock_guard lock(mutex_);
  return TakeLocked();
}

void WorkQueue::Done(const ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  if (const auto taken = running_.find(key); taken != running_.end()) {
    metrics_.Finished(clock_.Now() - taken->second);
    running_.erase(taken);
  }
  if (const auto it = waiting_.find(key); it != waiting_.end()) {
    ready_.emplace(it->second.due, it->second.order, key);
  }
  changed_.notify_all();
}

size_t WorkQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

size_t WorkQueue::running() const {
  const std::lock_guard lock(mutex_);
  return running_.size();
}

QueueState WorkQueue::State() const {
  const std::lock_guard lock(mutex_);
  const TimePoint now = clock_.Now();
  QueueState state;
  for (auto it = ready_.begin(); it != ready_.end() && std::get<TimePoint>(*it) <= now; ++it) {
    ++state.depth;
  }
  for (const auto& [key, since] : running_) {
    state.unfinished += now - since;
    state.longest = std::max(state.longest, now - since);
  }
  return state;
}

void WorkQueue::AddLocked(const ObjectKey& key, TimePoint due) {
  const auto [it, added] = waiting_.try_emplace(key, Entry{due, next_order_});
  if (added) {
    ++next_order_;
  } else if (due < it->second.due) {
    ready_.erase({it->second.due, it->second.order, key});
    it->second.due = due;
  } else {
    return;
  }
  if (due <= clock_.Now() && !std::exchange(it->second.counted, true)) metrics_.Added();
  if (running_.contains(key)) return;
  ready_.emplace(it->second.due, it->second.order, key);
  changed_.notify_all();
}

std::optional<ObjectKey> WorkQueue::TakeLocked() {
  const TimePoint now = clock_.Now();
  if (ready_.empty() || std::get<TimePoint>(*ready_.begin()) > now) return std::nullopt;
  const ObjectKey key = std::get<ObjectKey>(*ready_.begin());
  ready_.erase(ready_.begin());
  const auto entry = waiting_.find(key);
  if (!entry->second.counted) metrics_.Added();
  metrics_.Taken(now - entry->second.due);
  waiting_.erase(entry);
  running_.emplace(key, now);
  return key;
}

void WorkQueue::WaitLocked(std::unique_lock<std::mutex>& lock, std::stop_token stop) {
  const auto first_due = [this] {
    return ready_.empty() ? TimePoint::max() : std::get<TimePoint>(*ready_.begin());
  };
  const TimePoint awaited = first_due();
  const auto sooner = [&] { return first_due() < awaited; };
  if (awaited == TimePoint::max()) {
    changed_.wait(lock, stop, sooner);
  } else {
    changed_.wait_for(lock, stop, awaited - clock_.Now(), sooner);
  }
}

}  // namespace hawser::kube
