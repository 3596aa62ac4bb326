// Blocks, and the identity they make.
#include "lib/base/content.h"

#include <utility>

namespace hawser {

Content::Content(Blocks blocks) : blocks_(std::move(blocks)) {
  for (const auto& block : blocks_) size_ += block->bytes.size();
  digest_ = DigestOfBlocks(block_digests(), size_);
}

BlockDigests Content::block_digests() const {
  BlockDigests digests;
  digests.reserve(blocks_.size());
  for (const auto& block : blocks_) digests.push_back(block->digest);
  return digests;
}

Content Content::Of(std::string_view bytes) {
  Blocks blocks;
  do {
    const std::string_view part = bytes.substr(0, kDigestBlock);
    blocks.push_back(std::make_shared<const Block>(Block{std::string(part), Sha256(part)}));
    bytes.remove_prefix(part.size());
  } while (!bytes.empty());
  return Content(std::move(blocks));
}

std::string Content::Join(size_t first, size_t last) const {
  std::string bytes;
  if (first < last) bytes.reserve((last - first) * kDigestBlock);
  for (size_t i = first; i < last; ++i) bytes += blocks_[i]->bytes;
  return bytes;
}

}  // namespace hawser
