// A connected pair of in-memory byte streams for tests.
#pragma once

#include <cstddef>
#include <memory>

#include "lib/net/stream.h"

namespace hawser::testing {

/// Two ends of one pipe: what one writes, the other reads.
struct StreamPair {
  std::unique_ptr<net::ByteStream> first;
  std::unique_ptr<net::ByteStream> second;
};

/// Connects two streams through buffers of `capacity` bytes each way; a writer waits while its
/// buffer is full. After one end closes, the other still reads what was buffered, then 0; its
/// writes are unavailable.
StreamPair MakeMemoryPipe(size_t capacity = 64U << 10);

}  // namespace hawser::testing
