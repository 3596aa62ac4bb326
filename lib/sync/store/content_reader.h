// The content store as processes that only read it see it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "lib/sync/store/pack_reader.h"

namespace hawser::sync {

/// Reads while the agent writes. Thread-safe.
class ContentReader {
 public:
  /// Touches nothing; the directory need not exist yet.
  explicit ContentReader(std::string directory);

  /// Writes the content to `fd`. not_found when it is not there; else failures of reading and
  /// writing: resource_exhausted when the disk of `fd` is full. Small content is compared with its
  /// digest.
  Status CopyTo(const Digest& digest, uint64_t size, int fd);
  /// Gives memory back that finding content took.
  void Forget() { packs_.Forget(); }
  /// Gives room back to the volume that removed content takes as long as it is open here.
  void Close() { packs_.Close(); }

 private:
  const std::string directory_;
  PackReader packs_;
};

}  // namespace hawser::sync
