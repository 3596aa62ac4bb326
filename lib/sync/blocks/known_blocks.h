// Remembers the block digests of large content, so that blocks which stay need not be digested
// anew, and what two versions differ in is known without the bytes of either.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "lib/base/content_digest.h"

namespace hawser::sync {

/// Block digests by the identity they make, least recently stored out first. Thread-safe.
class KnownBlocks {
 public:
  using Blocks = std::shared_ptr<const BlockDigests>;

  explicit KnownBlocks(size_t max_blocks = 16384) : max_blocks_(max_blocks) {}

  /// Content of one block needs no remembering: `blocks` may be empty then.
  void Put(const Digest& content, BlockDigests blocks);
  /// Null when they are not known.
  Blocks Find(const Digest& content) const;

 private:
  const size_t max_blocks_;
  mutable std::mutex mutex_;
  size_t count_ = 0;  ///< blocks of all
  std::list<Digest> by_age_;
  std::unordered_map<Digest, Blocks, DigestHash> items_;
};

}  // namespace hawser::sync
