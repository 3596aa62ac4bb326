// Reads and identifies whole files, large ones by several threads at once.
#pragma once

#include <cstdint>

#include "lib/base/content.h"
#include "lib/base/result.h"

namespace hawser::fs {

/// The identity of a file's content, from its beginning wherever the descriptor stands; its blocks'
/// digests go to `blocks` unless null. aborted when the file shrank meanwhile; one that is written
/// meanwhile may have had the result at no time.
Result<Digest> DigestFile(int fd, BlockDigests* blocks = nullptr);

/// The content too. What is the same as in `like`, an older version or null, is shared with it:
/// that costs no memory. `size` is what the file has by fstat(2); what was added since is left out.
/// Else as DigestFile.
Result<ContentPtr> ReadContent(int fd, uint64_t size, const Content* like);

}  // namespace hawser::fs
