// Sums of the blocks of stored content.
#include "lib/sync/blocks/block_sums.h"

#include <algorithm>
#include <bit>
#include <string>

#include "lib/base/digest.h"
#include "lib/sync/blocks/rolling_sum.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

constexpr uint64_t kReadAtOnce = 1U << 20;
static_assert(kReadAtOnce % wire::kMaxSumBlock == 0);

}  // namespace

uint32_t SumBlockSize(uint64_t size) {
  const uint64_t least = (size + wire::kMaxBlockSums - 1) / wire::kMaxBlockSums;
  return static_cast<uint32_t>(std::bit_ceil(std::max<uint64_t>(least, wire::kMinSumBlock)));
}

uint64_t StrongSumOf(std::string_view block) {
  const Digest digest = Sha256(block);
  uint64_t sum = 0;
  for (size_t i = 0; i < sizeof(sum); ++i) sum = sum << 8 | digest.bytes[i];
  return sum;
}

wire::BlockSum SumOf(std::string_view block) {
  return {.rolling = RollingSum(block).value(), .strong = StrongSumOf(block)};
}

Result<wire::BlockSums> SumBlocks(const wire::PatchBase& content, uint64_t offset,
                                  uint64_t length) {
  if (content.size < kMinSummed || content.size > wire::kMaxPatched) {
    return InvalidArgumentError("content of " + std::to_string(content.size) +
                                " bytes is not summed");
  }
  if (offset > content.size || length > content.size - offset) {
    return InvalidArgumentError("the content ends before the range does");
  }
  wire::BlockSums all{.size = length, .block_size = SumBlockSize(length), .sums = {}};
  std::string read;
  for (uint64_t at = 0; at < length; at += read.size()) {
    read.resize(static_cast<size_t>(std::min(length - at, kReadAtOnce)));
    HAWSER_RETURN_IF_ERROR(content.read(offset + at, read));
    for (size_t begin = 0; begin < read.size(); begin += all.block_size) {
      all.sums.push_back(SumOf(std::string_view(read).substr(begin, all.block_size)));
    }
  }
  return all;
}

}  // namespace hawser::sync
