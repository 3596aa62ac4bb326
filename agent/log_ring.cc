// Circular storage of LogRing.
#include "agent/log_ring.h"

#include <algorithm>

namespace hawser::agent {

void LogRing::Append(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::lock_guard lock(mutex_);
  uint64_t position = end_ + bytes.size();
  if (bytes.size() > capacity_) bytes.remove_prefix(bytes.size() - capacity_);
  const uint64_t start = position - bytes.size();
  const size_t needed = static_cast<size_t>(std::min<uint64_t>(position, capacity_));
  if (buffer_.size() < needed) buffer_.resize(needed);
  for (size_t done = 0; done < bytes.size();) {
    const size_t at = (start + done) % capacity_;
    const size_t count = std::min(bytes.size() - done, capacity_ - at);
    bytes.copy(buffer_.data() + at, count, done);
    done += count;
  }
  end_ = position;
  for (const auto& [id, listener] : listeners_) listener();
}

uint64_t LogRing::TailStart(uint64_t tail) const {
  const std::lock_guard lock(mutex_);
  return std::max(Oldest(), end_ - std::min<uint64_t>(tail, end_));
}

LogRing::Piece LogRing::Read(uint64_t from, size_t max) const {
  const std::lock_guard lock(mutex_);
  Piece piece;
  const uint64_t start = std::clamp<uint64_t>(from, Oldest(), end_);
  piece.skipped = start > from ? start - from : 0;
  const size_t count = static_cast<size_t>(std::min<uint64_t>(max, end_ - start));
  piece.next = start + count;
  while (piece.bytes.size() < count) {
    const size_t at = (start + piece.bytes.size()) % capacity_;
    piece.bytes.append(buffer_, at, std::min(count - piece.bytes.size(), capacity_ - at));
  }
  return piece;
}

uint64_t LogRing::Subscribe(std::function<void()> listener) {
  const std::lock_guard lock(mutex_);
  listeners_.emplace(next_listener_, std::move(listener));
  return next_listener_++;
}

void LogRing::Unsubscribe(uint64_t id) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(id);
}

}  // namespace hawser::agent
