// Sums of content in memory, for tests.
#pragma once

#include <span>
#include <string>

#include "lib/sync/blocks/block_sums.h"

namespace hawser::sync {

/// The sums of `content` in blocks of `block_size`, whatever SumBlocks would choose.
inline wire::BlockSums SumsIn(const std::string& content, uint32_t block_size) {
  wire::BlockSums sums{.size = content.size(), .block_size = block_size, .sums = {}};
  for (size_t at = 0; at < content.size(); at += block_size) {
    sums.sums.push_back(SumOf(std::string_view(content).substr(at, block_size)));
  }
  return sums;
}

/// Content in memory as SumBlocks reads it; must outlive its use.
inline wire::PatchBase ReaderOf(const std::string& content) {
  return {content.size(), [&content](uint64_t offset, std::span<char> out) {
            content.copy(out.data(), out.size(), static_cast<size_t>(offset));
            return OkStatus();
          }};
}

/// What SumBlocks makes of all of it.
inline Result<wire::BlockSums> SumsOf(const std::string& content) {
  return SumBlocks(ReaderOf(content), 0, content.size());
}

}  // namespace hawser::sync
