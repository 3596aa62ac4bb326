// Finds a block by its rolling sum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "lib/wire/sums_messages.h"

namespace hawser::sync {

/// The whole blocks of some content, which must outlive the index. Of blocks with the same sums it
/// knows the first.
class BlockIndex {
 public:
  explicit BlockIndex(const wire::BlockSums& blocks);

  /// False for almost every sum that no block has. Asked for each byte of a file.
  bool MayHold(uint32_t rolling) const {
    const uint32_t bit = rolling >> filter_shift_;
    return (filter_[bit / kBits] >> bit % kBits & 1) != 0;
  }
  /// The block with these sums; `strong` is called at most once, and only when the rolling one is
  /// found.
  template <typename Strong>
  std::optional<size_t> Find(uint32_t rolling, Strong strong) const {
    std::optional<uint64_t> sum;
    for (uint32_t block = heads_[SlotOf(rolling)]; block != kNone; block = next_[block]) {
      if (blocks_.sums[block].rolling != rolling) continue;
      if (!sum.has_value()) sum = strong();
      if (blocks_.sums[block].strong == *sum) return block;
    }
    return std::nullopt;
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint32_t kBits = 64;

  /// The fingerprint's upper bits are its best.
  size_t SlotOf(uint32_t rolling) const { return rolling >> shift_; }
  void Add(uint32_t block);

  const wire::BlockSums& blocks_;
  int filter_shift_;
  std::vector<uint64_t> filter_;  ///< a bit for the first bits of each rolling sum there is
  int shift_;
  std::vector<uint32_t> heads_;  ///< the first block of each slot
  std::vector<uint32_t> next_;   ///< of each block, the next one in its slot
};

}  // namespace hawser::sync
