// Sums of the blocks of stored content, by which someone who lacks it finds it again in a newer
// version.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/base/result.h"
#include "lib/wire/patch.h"
#include "lib/wire/sums_messages.h"

namespace hawser::sync {

/// Smaller content is sent whole sooner than its sums are asked for.
inline constexpr uint64_t kMinSummed = 256U << 10;

/// Bytes of a block in content of `size` bytes, so that there are at most wire::kMaxBlockSums.
uint32_t SumBlockSize(uint64_t size);

wire::BlockSum SumOf(std::string_view block);
/// BlockSum::strong alone.
uint64_t StrongSumOf(std::string_view block);

/// Reads and sums `length` bytes of `content` from `offset` on. invalid_argument when it does not
/// have these, or is not kMinSummed to wire::kMaxPatched bytes long; failures to read are passed
/// on.
Result<wire::BlockSums> SumBlocks(const wire::PatchBase& content, uint64_t offset, uint64_t length);

}  // namespace hawser::sync
