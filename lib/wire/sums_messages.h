// Messages that tell what the agent's version of a file is made of, without its bytes.
#pragma once

#include <cstdint>
#include <vector>

#include "lib/base/digest.h"

namespace hawser::wire {

/// Two sums of one block: one that is cheap to move along a file, one that tells.
struct BlockSum {
  uint32_t rolling = 0;  ///< PROTOCOL.md, "Sums of blocks"
  uint64_t strong = 0;   ///< the first 8 bytes of its SHA-256, most significant first
  bool operator==(const BlockSum&) const = default;
};

/// The sums of all blocks of some content, in order; the last block may be shorter.
struct BlockSums {
  uint64_t size = 0;        ///< of the content or its range, bytes
  uint32_t block_size = 0;  ///< a power of two
  std::vector<BlockSum> sums;
  bool operator==(const BlockSums&) const = default;
};

/// Asks for the sums of stored content.
struct SumsRequest {
  std::vector<Digest> contents;
  bool operator==(const SumsRequest&) const = default;
};

/// Some bytes of stored content.
struct ContentRange {
  Digest content;
  uint64_t offset = 0;
  uint64_t length = 0;
  bool operator==(const ContentRange&) const = default;
};

/// Asks for the sums of ranges of stored content. Since version 2.
struct RangeSumsRequest {
  std::vector<ContentRange> ranges;
  bool operator==(const RangeSumsRequest&) const = default;
};

/// The answer for one content or range, in the order asked. Without sums it is not held.
struct SumsReply {
  Digest content;
  BlockSums blocks;
  bool operator==(const SumsReply&) const = default;
};

}  // namespace hawser::wire
