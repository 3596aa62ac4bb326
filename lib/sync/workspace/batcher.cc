// Decides when a burst of file events is over: no fixed debounce, quiet for a few milliseconds,
// never later than a second.
#include "lib/sync/workspace/batcher.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hawser::sync {

namespace {

/// A burst is over when nothing came for so many times its pace: a compiler's output earns more
/// patience than one save, and a script that writes hundreds of files less than a compiler.
constexpr int kPaces = 4;
/// What is taken for the pace of many files that were seen at once.
constexpr Duration kUnseenPace = std::chrono::microseconds(500);
constexpr size_t kMany = 8;
constexpr int kHeldWaits = 10;

}  // namespace

void Batcher::Add(fs::Dirty dirty, TimePoint now) {
  if (dirty.empty()) return;
  if (gathered_.empty()) {
    first_ = now;
    pace_ = {};
    gathered_.first_event = dirty.first_event;
  } else {
    pace_ = std::max(now - std::max(last_, waits_since_), pace_ * 3 / 4);
  }
  last_ = now;
  if (dirty.paths.size() >= kMany) pace_ = std::max(pace_, kUnseenPace);
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
  const Duration quiet = std::min(options_.quiet_min + kPaces * pace_, options_.quiet_max);
  return std::min(last_ + quiet, first_ + options_.max_wait);
}

std::optional<fs::Dirty> Batcher::Take(TimePoint now) {
  const std::optional<TimePoint> at = FlushAt();
  if (!at.has_value() || now < *at) return std::nullopt;
  std::sort(gathered_.paths.begin(), gathered_.paths.end());
  gathered_.paths.erase(std::unique(gathered_.paths.begin(), gathered_.paths.end()),
                        gathered_.paths.end());
  return std::exchange(gathered_, {});
}

}  // namespace hawser::sync
