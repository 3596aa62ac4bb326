// A bounded queue between an owner thread and those who hand it work.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "lib/base/clock.h"

namespace hawser {

/// First in, first out, at most `capacity` items. Thread-safe. After Close nothing more enters;
/// what is inside still leaves.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t capacity) : capacity_(capacity) {}

  /// Waits for room. False when the queue is closed or `deadline` passed; the item is then dropped.
  bool Push(T item, Deadline deadline = kNoDeadline) {
    std::unique_lock lock(mutex_);
    if (!Wait(not_full_, lock, deadline, [&] { return closed_ || items_.size() < capacity_; }))
      return false;
    if (closed_) return false;
    items_.push_back(std::move(item));
    not_empty_.notify_one();
    return true;
  }

  /// Never waits. False when full or closed.
  bool TryPush(T item) {
    const std::lock_guard lock(mutex_);
    if (closed_ || items_.size() >= capacity_) return false;
    items_.push_back(std::move(item));
    not_empty_.notify_one();
    return true;
  }

  /// Waits for an item. Nothing when `deadline` passed, or when the queue is closed and empty.
  std::optional<T> Pop(Deadline deadline = kNoDeadline) {
    std::unique_lock lock(mutex_);
    Wait(not_empty_, lock, deadline, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    not_full_.notify_one();
    return item;
  }

  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    not_empty_.notify_all();
    not_full_.notify_all();
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  template <typename Condition>
  static bool Wait(std::condition_variable& signal, std::unique_lock<std::mutex>& lock,
                   Deadline deadline, Condition ready) {
    if (deadline == kNoDeadline) {
      signal.wait(lock, ready);
      return true;
    }
    return signal.wait_until(lock, deadline, ready);
  }

  const size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable not_empty_;
  std::condition_variable not_full_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace hawser
