// Decides when a burst of file events is over: no fixed debounce, quiet for a few milliseconds,
// never later than a second.
#include "lib/sync/workspace/batcher.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hawser::sync {

namespace {

/// How much longer to wait for each further event: a build's output earns more patience than one
/// save.
constexpr Duration kQuietPerEvent = std::chrono::microseconds(500);
constexpr int kHeldWaits = 10;

}  // namespace

void Batcher::Add(fs::Dirty dirty, TimePoint now) {
  if (dirty.empty()) return;
  if (gathered_.empty()) {
    first_ = now;
    gathered_.first_event = dirty.first_event;
  }
  last_ = now;
  events_ += std::max<size_t>(dirty.paths.size(), 1);
  if (dirty.everything && !gathered_.everything) gathered_.reason = std::move(dirty.reason);
  gathered_.everything = gathered_.everything || dirty.everything;
  gathered_.paths.insert(gathered_.paths.end(), std::make_move_iterator(dirty.paths.begin()),
                         std::make_move_iterator(dirty.paths.end()));
}

void Batcher::Hold(bool held, TimePoint now) {
  if (held == held_) return;
  held_ = held;
  held_since_ = now;
  // The writer's last files may come just after it let go.
  if (!held) first_ = last_ = now;
}

std::optional<TimePoint> Batcher::FlushAt() const {
  if (gathered_.empty()) return std::nullopt;
  if (held_) return std::max(held_since_, first_) + options_.max_wait * kHeldWaits;
  const Duration grown = options_.quiet_min +
                         kQuietPerEvent * static_cast<int64_t>(std::min<size_t>(events_ - 1, 1000));
  return std::min(last_ + std::min(grown, options_.quiet_max), first_ + options_.max_wait);
}

std::optional<fs::Dirty> Batcher::Take(TimePoint now) {
  const std::optional<TimePoint> at = FlushAt();
  if (!at.has_value() || now < *at) return std::nullopt;
  std::sort(gathered_.paths.begin(), gathered_.paths.end());
  gathered_.paths.erase(std::unique(gathered_.paths.begin(), gathered_.paths.end()),
                        gathered_.paths.end());
  events_ = 0;
  return std::exchange(gathered_, {});
}

}  // namespace hawser::sync
