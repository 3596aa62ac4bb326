// Finds which parts of a new version resemble which parts of an old one, byte by byte with few
// exceptions.
#include "lib/wire/align.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>

namespace hawser::wire {
namespace {

constexpr size_t kAnchor = 16;    ///< bytes that must be the same where a segment is found
constexpr size_t kStride = 8;     ///< of the positions of the base that are indexed
constexpr size_t kShortest = 24;  ///< a shorter segment costs more than its bytes
constexpr size_t kMinTable = 1024;
constexpr size_t kCompared = 4096;  ///< bytes compared at once
/// A byte that differs weighs as much as so many that don't.
constexpr int64_t kDifference = 3;
/// A segment ends before a stretch that loses so much.
constexpr int64_t kLoss = 48;

uint64_t Word(std::string_view bytes, size_t at) {
  uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof(word));
  return word;
}

bool SameAnchor(std::string_view base, size_t in_base, std::string_view data, size_t in_data) {
  return Word(base, in_base) == Word(data, in_data) &&
         Word(base, in_base + sizeof(uint64_t)) == Word(data, in_data + sizeof(uint64_t));
}

/// Where in the base an anchor is: one place for each hash, the first.
class AnchorTable {
 public:
  explicit AnchorTable(std::string_view base)
      : base_(base),
        places_(std::bit_ceil(std::max(base.size() / kStride, kMinTable))),
        shift_(64 - std::countr_zero(places_.size())) {
    for (size_t at = 0; at + kAnchor <= base.size(); at += kStride) {
      uint32_t& place = places_[Slot(base, at)];
      if (place == 0) place = static_cast<uint32_t>(at / kStride) + 1;
    }
  }

  std::optional<size_t> Find(std::string_view data, size_t at) const {
    const uint32_t place = places_[Slot(data, at)];
    if (place == 0) return std::nullopt;
    const size_t in_base = (size_t{place} - 1) * kStride;
    if (!SameAnchor(base_, in_base, data, at)) return std::nullopt;
    return in_base;
  }

 private:
  size_t Slot(std::string_view bytes, size_t at) const {
    constexpr uint64_t kFirst = 0x9E3779B97F4A7C15;
    constexpr uint64_t kSecond = 0xC2B2AE3D27D4EB4F;
    const uint64_t mixed = Word(bytes, at) * kFirst;
    const uint64_t hash = (std::rotl(mixed, 29) ^ Word(bytes, at + sizeof(uint64_t))) * kSecond;
    return static_cast<size_t>(hash >> shift_);
  }

  std::string_view base_;
  std::vector<uint32_t> places_;  ///< place in units of the stride, plus one; 0: none
  int shift_;
};

/// Distances from data to base that fitted lately; what follows is likely to fit one of them again.
class Distances {
 public:
  void Use(int64_t distance) {
    auto last = std::find(recent_.begin(), recent_.end() - 1, distance);
    std::rotate(recent_.begin(), last, last + 1);
    recent_.front() = distance;
  }

  std::optional<size_t> Find(std::string_view base, std::string_view data, size_t at) const {
    for (const int64_t distance : recent_) {
      const int64_t in_base = static_cast<int64_t>(at) + distance;
      if (in_base < 0 || static_cast<size_t>(in_base) + kAnchor > base.size()) continue;
      if (SameAnchor(base, static_cast<size_t>(in_base), data, at)) {
        return static_cast<size_t>(in_base);
      }
    }
    return std::nullopt;
  }

 private:
  std::array<int64_t, 4> recent_{};
};

/// How far `data` resembles `base` from their beginnings on.
size_t ResemblingLength(std::string_view base, std::string_view data) {
  const size_t limit = std::min(base.size(), data.size());
  size_t at = 0;
  size_t best = 0;
  int64_t score = 0;
  int64_t best_score = 0;
  while (true) {
    const size_t same = MatchLength(base.substr(at), data.substr(at));
    at += same;
    score += static_cast<int64_t>(same);
    if (score > best_score) {
      best = at;
      best_score = score;
    }
    if (at == limit) return best;
    ++at;
    score -= kDifference;
    if (best_score - score > kLoss) return best;
  }
}

class Aligner {
 public:
  Aligner(std::string_view base, std::string_view data) : base_(base), data_(data) {}

  std::vector<Segment> Run() {
    Take({0, 0, ResemblingLength(base_, data_)});
    for (size_t at = end_; at + kAnchor <= data_.size();) {
      const std::optional<size_t> in_base = FindAnchor(at);
      if (in_base.has_value() && Take(Around(at, *in_base))) {
        at = end_;
      } else {
        ++at;
      }
    }
    return std::move(segments_);
  }

 private:
  std::optional<size_t> FindAnchor(size_t at) {
    if (auto found = distances_.Find(base_, data_, at)) return found;
    if (!table_.has_value()) table_.emplace(base_);
    return table_->Find(data_, at);
  }

  /// The segment that holds this anchor.
  Segment Around(size_t in_data, size_t in_base) const {
    size_t back = 0;
    while (in_data - back > end_ && in_base > back &&
           data_[in_data - back - 1] == base_[in_base - back - 1]) {
      ++back;
    }
    return {in_data - back, in_base - back,
            back + ResemblingLength(base_.substr(in_base), data_.substr(in_data))};
  }

  /// What lies before `segment` and resembles the base where it continues the segment before, or
  /// precedes this one, belongs to it although much differs: tables of addresses that all moved.
  void Bridge(Segment& segment) {
    const size_t gap = segment.data_begin - end_;
    if (gap == 0) return;
    if (!segments_.empty()) {
      Segment& last = segments_.back();
      const size_t last_end = last.base_begin + last.length;
      if (last_end + gap <= base_.size() && Alike(last_end, end_, gap)) {
        last.length += gap;
        return;
      }
    }
    if (gap > segment.base_begin || !Alike(segment.base_begin - gap, end_, gap)) return;
    segment.data_begin -= gap;
    segment.base_begin -= gap;
    segment.length += gap;
  }

  /// True when at least a third of these bytes are the same.
  bool Alike(size_t in_base, size_t in_data, size_t count) const {
    size_t same = 0;
    for (size_t i = 0; i < count; ++i) same += base_[in_base + i] == data_[in_data + i] ? 1 : 0;
    return same >= count / 3;
  }

  bool Take(Segment segment) {
    if (segment.length < kShortest) return false;
    Bridge(segment);
    distances_.Use(static_cast<int64_t>(segment.base_begin) -
                   static_cast<int64_t>(segment.data_begin));
    end_ = segment.data_begin + segment.length;
    segments_.push_back(segment);
    return true;
  }

  const std::string_view base_;
  const std::string_view data_;
  size_t end_ = 0;  ///< of the last segment, in the data
  Distances distances_;
  std::optional<AnchorTable> table_;  ///< once something moved
  std::vector<Segment> segments_;
};

}  // namespace

size_t MatchLength(std::string_view a, std::string_view b) {
  const size_t limit = std::min(a.size(), b.size());
  size_t at = 0;
  while (at + kCompared <= limit && std::memcmp(a.data() + at, b.data() + at, kCompared) == 0) {
    at += kCompared;
  }
  while (at + sizeof(uint64_t) <= limit && Word(a, at) == Word(b, at)) at += sizeof(uint64_t);
  while (at < limit && a[at] == b[at]) ++at;
  return at;
}

std::vector<Segment> Align(std::string_view base, std::string_view data) {
  return Aligner(base, data).Run();
}

}  // namespace hawser::wire
