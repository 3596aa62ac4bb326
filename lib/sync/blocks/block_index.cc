// A hash table behind a filter, so that most bytes of a file cost one look at a bit.
#include "lib/sync/blocks/block_index.h"

#include <algorithm>
#include <bit>

namespace hawser::sync {

namespace {

constexpr int kRollingBits = 32;
constexpr size_t kSlotsPerBlock = 2;
/// One sum of so many passes the filter, which for 8,192 blocks has 32 KiB: the innermost cache.
constexpr size_t kFilterBitsPerBlock = 32;
/// Blocks of one slot: who made the sums must not make each look long.
constexpr int kMaxInSlot = 16;

}  // namespace

BlockIndex::BlockIndex(const wire::BlockSums& blocks) : blocks_(blocks) {
  const size_t bits =
      std::bit_ceil(std::max<size_t>(blocks.sums.size() * kFilterBitsPerBlock, kBits));
  filter_shift_ = kRollingBits - std::countr_zero(bits);
  filter_.assign(bits / kBits, 0);
  const size_t slots = std::bit_ceil(std::max<size_t>(blocks.sums.size() * kSlotsPerBlock, 2));
  shift_ = kRollingBits - std::countr_zero(slots);
  heads_.assign(slots, kNone);
  next_.assign(blocks.sums.size(), kNone);
  const auto whole = static_cast<uint32_t>(blocks.size / std::max(blocks.block_size, 1U));
  for (uint32_t block = 0; block < whole; ++block) Add(block);
}

void BlockIndex::Add(uint32_t block) {
  const uint32_t bit = blocks_.sums[block].rolling >> filter_shift_;
  filter_[bit / kBits] |= uint64_t{1} << bit % kBits;
  uint32_t* place = &heads_[SlotOf(blocks_.sums[block].rolling)];
  for (int i = 0; *place != kNone; ++i, place = &next_[*place]) {
    if (blocks_.sums[*place] == blocks_.sums[block] || i == kMaxInSlot) return;
  }
  *place = block;
}

}  // namespace hawser::sync
