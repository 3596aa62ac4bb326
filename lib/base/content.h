// Content in memory, in blocks that alike versions share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/content_digest.h"

namespace hawser {

/// Immutable and thread-safe; copies share the blocks.
class Content {
 public:
  struct Block {
    std::string bytes;
    Digest digest;  ///< SHA-256 of the bytes
  };
  using Blocks = std::vector<std::shared_ptr<const Block>>;

  /// `blocks` have kDigestBlock bytes each, but for the last; there is at least one.
  explicit Content(Blocks blocks);
  /// Splits and digests `bytes`.
  static Content Of(std::string_view bytes);

  uint64_t size() const { return size_; }
  const Digest& digest() const { return digest_; }
  const Blocks& blocks() const { return blocks_; }
  BlockDigests block_digests() const;
  /// The bytes of the blocks from `first` to before `last`, one after another.
  std::string Join(size_t first, size_t last) const;

 private:
  Blocks blocks_;
  uint64_t size_ = 0;
  Digest digest_;
};

using ContentPtr = std::shared_ptr<const Content>;

}  // namespace hawser
