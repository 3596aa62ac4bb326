// The identity of content: its SHA-256 or, when it is large, a digest of those of its blocks, so
// that parts of it can be checked, and digested side by side, without the rest.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lib/base/digest.h"

namespace hawser {

/// Content up to this size, in bytes, is identified by its SHA-256.
inline constexpr uint64_t kDigestBlock = 1U << 20;

/// SHA-256 of each block of larger content, in order; the last block may be shorter.
using BlockDigests = std::vector<Digest>;

/// How many blocks content of `size` bytes has; at least one.
size_t BlockCount(uint64_t size);

/// The identity of content of `size` bytes with these blocks. Of more than one block it is the
/// SHA-512/256 (FIPS 180-4) of the size, 8 bytes with the least significant first, and the blocks'
/// digests: another function than for small content, so that none can pass for the other.
Digest DigestOfBlocks(std::span<const Digest> blocks, uint64_t size);

/// The identity of `content`.
Digest ContentDigest(std::string_view content);

/// Identifies content that arrives in pieces.
class ContentHasher {
 public:
  void Update(std::string_view piece);
  /// Takes a whole block whose digest is known. Only between blocks: in_block() is 0.
  void AddBlock(const Digest& digest);
  /// Bytes of the block that is begun.
  uint64_t in_block() const { return in_block_ % kDigestBlock; }
  /// The identity of everything so far; the hasher starts anew. Fills `blocks`, unless null, with
  /// the digests of what has more than one.
  Digest Finish(BlockDigests* blocks = nullptr);

 private:
  void EndBlock();

  Sha256Hasher block_;
  uint64_t in_block_ = 0;  ///< bytes
  uint64_t size_ = 0;      ///< of all
  BlockDigests blocks_;
};

}  // namespace hawser
