// Reads files that are likely to be saved next, so that their first save travels as a delta.
#pragma once

#include <cstdint>
#include <stop_token>

#include "lib/sync/send/sending_content.h"
#include "lib/sync/workspace/snapshot.h"

namespace hawser::sync {

struct PreloadOptions {
  uint64_t max_bytes = 12U << 20;  ///< of all files
  uint64_t max_file = 12U << 20;
};

/// Puts the content of the most recently modified files of `snapshot` into `content.bases`; what
/// changed meanwhile is left out. Until `stop`, on any thread.
void Preload(const Snapshot& snapshot, SendingContent& content, PreloadOptions options,
             const std::stop_token& stop);

}  // namespace hawser::sync
