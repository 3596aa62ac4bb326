// Stored content that new content may be made from.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

#include "lib/base/content_digest.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"
#include "lib/wire/patch.h"

namespace hawser::sync {

/// An open file, or small content in memory.
struct ContentBase {
  UniqueFd fd;        ///< not valid when the content is in `bytes`
  std::string bytes;  ///< of small content
  uint64_t size = 0;
  BlockDigests blocks;  ///< empty when they are not known

  /// Fills `out` with the bytes from `offset` on; data_loss when there are fewer.
  Status ReadAt(uint64_t offset, std::span<char> out) const {
    if (fd.valid()) return fs::ReadAt(fd.get(), offset, out);
    if (offset > bytes.size() || out.size() > bytes.size() - offset) {
      return DataLossError("the content ends early");
    }
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return OkStatus();
  }
  /// For patches made from it; must not outlive it.
  wire::PatchBase Reader() const {
    return {size, [this](uint64_t offset, std::span<char> out) { return ReadAt(offset, out); }};
  }
};

}  // namespace hawser::sync
