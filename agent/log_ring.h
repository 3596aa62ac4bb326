// The newest part of an endless output, for any number of readers at their own pace.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace hawser::agent {

/// Keeps the last `capacity` bytes of what was appended. Positions count all bytes ever appended.
/// Memory is taken as it is needed. Thread-safe.
class LogRing {
 public:
  explicit LogRing(size_t capacity = size_t{1} << 20) : capacity_(capacity) {}

  void Append(std::string_view bytes);

  /// Position after the newest byte.
  uint64_t end() const { return end_; }
  /// Where the newest `tail` bytes start, or the oldest byte still kept.
  uint64_t TailStart(uint64_t tail) const;

  /// Up to `max` bytes at `from`, or at the oldest byte when `from` is gone already.
  struct Piece {
    std::string bytes;
    uint64_t next = 0;     ///< where to read on
    uint64_t skipped = 0;  ///< bytes between `from` and the piece that are gone
  };
  Piece Read(uint64_t from, size_t max) const;

  /// Calls `listener` after every Append, on the appending thread, until Unsubscribe returned. The
  /// listener must not call the ring, except end().
  uint64_t Subscribe(std::function<void()> listener);
  void Unsubscribe(uint64_t id);

 private:
  uint64_t Oldest() const { return end_ - buffer_.size(); }

  const size_t capacity_;
  mutable std::mutex mutex_;
  std::string buffer_;  ///< byte at position p is at p % capacity_
  std::atomic<uint64_t> end_ = 0;
  std::map<uint64_t, std::function<void()>> listeners_;
  uint64_t next_listener_ = 1;
};

}  // namespace hawser::agent
