// Remembers the block digests of large content, so that blocks which stay need not be digested
// anew.
#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>

#include "lib/base/content_digest.h"

namespace hawser::sync {

/// Block digests by the identity they make, least recently stored out first. One thread.
class KnownBlocks {
 public:
  explicit KnownBlocks(size_t max_blocks = 16384) : max_blocks_(max_blocks) {}

  /// Content of one block needs no remembering: `blocks` is empty then.
  void Put(const Digest& content, BlockDigests blocks);
  /// Null when they are not known. Valid until the next Put.
  const BlockDigests* Find(const Digest& content) const;

 private:
  const size_t max_blocks_;
  size_t count_ = 0;  ///< blocks of all
  std::list<Digest> by_age_;
  std::unordered_map<Digest, BlockDigests, DigestHash> items_;
};

}  // namespace hawser::sync
