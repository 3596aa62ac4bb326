// Reads and identifies whole files, large ones by several threads at once.
#pragma once

#include <cstdint>
#include <string>

#include "lib/base/content_digest.h"
#include "lib/base/result.h"

namespace hawser::fs {

/// The identity of a file's content, from its beginning wherever the descriptor stands. aborted
/// when the file shrank meanwhile; one that is written meanwhile may have had the result at no
/// time.
Result<Digest> DigestFile(int fd);

struct IdentifiedContent {
  std::string bytes;
  Digest digest;
};

/// The content too. out_of_range when there are more than `max_size` bytes; else as DigestFile.
Result<IdentifiedContent> ReadAndDigest(int fd, uint64_t max_size);

}  // namespace hawser::fs
