// Compares block by block from the beginning, and from the end where nothing moved.
#include "lib/sync/blocks/changed_range.h"

#include <algorithm>

namespace hawser::sync {

ChangedRange FindChangedRange(const SizedBlocks& base, const SizedBlocks& data) {
  ChangedRange range{.base_size = base.size, .data_size = data.size};
  const size_t common = std::min(base.blocks.size(), data.blocks.size());
  size_t first = 0;
  while (first + 1 < common && base.blocks[first] == data.blocks[first]) ++first;
  range.before = first * kDigestBlock;
  if (base.size == data.size) {
    // Blocks at the end are at the same place only where nothing moved.
    size_t end = common;
    while (end > first + 1 && base.blocks[end - 1] == data.blocks[end - 1]) --end;
    if (end < common) range.after = base.size - end * kDigestBlock;
  }
  range.base_size -= range.before + range.after;
  range.data_size -= range.before + range.after;
  return range;
}

}  // namespace hawser::sync
