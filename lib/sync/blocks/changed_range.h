// Which range of large content a new version replaced, as far as the digests of both versions'
// blocks tell.
#pragma once

#include <cstdint>

#include "lib/base/content_digest.h"

namespace hawser::sync {

/// Two versions, each in three parts, of which the first and the last are the same in both.
struct ChangedRange {
  uint64_t before = 0;     ///< bytes that both begin with
  uint64_t base_size = 0;  ///< bytes of the old version that follow
  uint64_t data_size = 0;  ///< bytes of the new version that stand in their place
  uint64_t after = 0;      ///< bytes that both end with
  bool operator==(const ChangedRange&) const = default;

  /// True when nothing is known to be the same.
  bool whole() const { return before == 0 && after == 0; }
  /// Bytes of the whole new version.
  uint64_t whole_data() const { return before + data_size + after; }
};

/// The digests of a version's blocks, and how many bytes these are. No blocks: nothing is known.
struct SizedBlocks {
  const BlockDigests& blocks;
  uint64_t size = 0;
};

/// Begins at a block and ends at one, or where both versions do. At least one block of each, even
/// where the other version just has more.
ChangedRange FindChangedRange(const SizedBlocks& base, const SizedBlocks& data);

}  // namespace hawser::sync
