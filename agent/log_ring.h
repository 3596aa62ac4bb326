// The newest part of an endless output, for any number of readers at their own pace.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "lib/wire/app_messages.h"

namespace hawser::agent {

/// Keeps the last `capacity` bytes of what was appended, and where each came from. Readers count
/// all bytes ever appended here ("index"); positions are those of PROTOCOL.md and outlive this
/// object. Memory is taken as it is needed. Thread-safe.
class LogRing {
 public:
  static constexpr size_t kCapacity = size_t{1} << 20;

  /// `source`: of what the first Append brings.
  explicit LogRing(uint64_t source, size_t capacity = kCapacity)
      : capacity_(capacity), segments_{{.start = 0, .at = {.source = source}}} {}

  /// Adds bytes that follow the newest ones.
  void Append(std::string_view bytes);
  /// Adds bytes from position `at`, leaving out those that are here already.
  void Append(const wire::LogPosition& at, std::string_view bytes);

  /// Index after the newest byte.
  uint64_t end() const { return end_; }
  /// Position after the newest byte.
  wire::LogPosition Newest() const;
  /// Index where the newest `tail` bytes start, or of the oldest byte still kept.
  uint64_t TailStart(uint64_t tail) const;
  /// Index of a position, or of what follows it most closely; nothing when nothing of its source is
  /// kept.
  std::optional<uint64_t> Find(const wire::LogPosition& position) const;

  /// Up to `max` bytes of one source at index `from`, or at the oldest byte when `from` is gone.
  struct Piece {
    wire::LogPosition at;
    std::string bytes;
    uint64_t next = 0;  ///< index to read on at
  };
  Piece Read(uint64_t from, size_t max) const;

  /// Calls `listener` after every Append, on the appending thread, until Unsubscribe returned. The
  /// listener must not call the ring, except end().
  uint64_t Subscribe(std::function<void()> listener);
  void Unsubscribe(uint64_t id);

 private:
  /// Bytes from index `start` up to the next segment came without a gap from position `at` on.
  struct Segment {
    uint64_t start = 0;
    wire::LogPosition at;
    wire::LogPosition PositionOf(uint64_t index) const;
  };

  // With mutex_ held:
  uint64_t Oldest() const;
  void Store(std::string_view bytes);
  void ForgetOldSegments();

  const size_t capacity_;
  mutable std::mutex mutex_;
  std::string buffer_;  ///< the byte of index i is at i % capacity_
  std::atomic<uint64_t> end_ = 0;
  std::deque<Segment> segments_;  ///< never empty, by start
  std::map<uint64_t, std::function<void()>> listeners_;
  uint64_t next_listener_ = 1;
};

}  // namespace hawser::agent
