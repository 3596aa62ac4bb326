// Takes what leaves hold out of memory, for a tree that nobody looks at for a while.
#pragma once

#include <cstdint>

#include "lib/base/result.h"
#include "lib/sync/tree/tree.h"

namespace hawser::sync {

/// Bytes of leaves that lie in memory, not in a file.
uint64_t LeafBytesInMemory(const Tree& tree);

/// The same tree with its leaves in `file`, an empty one open for reading and writing that nobody
/// else writes. It is mapped: what is looked at comes back by itself, and the descriptor may be
/// closed. Fails as writing does, and when the file can't be mapped; `tree` stays as it is.
Result<Tree> WithLeavesIn(int file, const Tree& tree);

}  // namespace hawser::sync
