// Circular storage of LogRing.
#include "agent/log_ring.h"

#include <algorithm>

namespace hawser::agent {
namespace {

/// Bounds what a source of many gaps costs; the oldest output goes first.
constexpr size_t kMaxSegments = 256;

}  // namespace

wire::LogPosition LogRing::Segment::PositionOf(uint64_t index) const {
  return {.source = at.source, .offset = at.offset + (index - start)};
}

void LogRing::Append(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  Store(bytes);
}

void LogRing::Append(const wire::LogPosition& at, std::string_view bytes) {
  if (bytes.empty()) return;
  const std::lock_guard lock(mutex_);
  const wire::LogPosition newest = segments_.back().PositionOf(end_);
  if (at.source == newest.source && at.offset <= newest.offset) {
    bytes.remove_prefix(std::min<uint64_t>(newest.offset - at.offset, bytes.size()));
  } else {
    segments_.push_back({.start = end_, .at = at});
  }
  Store(bytes);
}

void LogRing::Store(std::string_view bytes) {
  if (bytes.empty()) return;
  const uint64_t end = end_ + bytes.size();
  if (bytes.size() > capacity_) bytes.remove_prefix(bytes.size() - capacity_);
  const uint64_t start = end - bytes.size();
  const size_t needed = static_cast<size_t>(std::min<uint64_t>(end, capacity_));
  if (buffer_.size() < needed) buffer_.resize(needed);
  for (size_t done = 0; done < bytes.size();) {
    const size_t at = (start + done) % capacity_;
    const size_t count = std::min(bytes.size() - done, capacity_ - at);
    bytes.copy(buffer_.data() + at, count, done);
    done += count;
  }
  end_ = end;
  ForgetOldSegments();
  for (const auto& [id, listener] : listeners_) listener();
}

uint64_t LogRing::Oldest() const {
  return std::max<uint64_t>(end_ - buffer_.size(), segments_.front().start);
}

void LogRing::ForgetOldSegments() {
  while (segments_.size() > kMaxSegments ||
         (segments_.size() > 1 && segments_[1].start <= Oldest())) {
    segments_.pop_front();
  }
}

wire::LogPosition LogRing::Newest() const {
  const std::lock_guard lock(mutex_);
  return segments_.back().PositionOf(end_);
}

uint64_t LogRing::TailStart(uint64_t tail) const {
  const std::lock_guard lock(mutex_);
  return std::max(Oldest(), end_ - std::min<uint64_t>(tail, end_));
}

std::optional<uint64_t> LogRing::Find(const wire::LogPosition& position) const {
  if (position.source == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  std::optional<uint64_t> found;
  uint64_t segment_end = end_;
  for (auto segment = segments_.rbegin(); segment != segments_.rend(); ++segment) {
    if (segment->at.source == position.source) {
      const uint64_t from = std::max(position.offset, segment->at.offset) - segment->at.offset;
      found = std::min(segment->start + std::min(from, segment_end - segment->start),
                       found.value_or(segment_end));
      if (segment->at.offset <= position.offset) break;
    }
    segment_end = segment->start;
  }
  return found;
}

LogRing::Piece LogRing::Read(uint64_t from, size_t max) const {
  const std::lock_guard lock(mutex_);
  const uint64_t start = std::clamp<uint64_t>(from, Oldest(), end_);
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), start,
      [](uint64_t index, const Segment& segment) { return index < segment.start; });
  const uint64_t segment_end = after == segments_.end() ? end_.load() : after->start;
  const size_t count = static_cast<size_t>(std::min<uint64_t>(max, segment_end - start));
  Piece piece{.at = std::prev(after)->PositionOf(start), .bytes = {}, .next = start + count};
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
