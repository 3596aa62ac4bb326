// SHA-256 by blocks, and one digest over them.
#include "lib/base/content_digest.h"

#include <algorithm>
#include <string>
#include <utility>

namespace hawser {

size_t BlockCount(uint64_t size) {
  return std::max<size_t>(static_cast<size_t>((size + kDigestBlock - 1) / kDigestBlock), 1);
}

Digest DigestOfBlocks(std::span<const Digest> blocks, uint64_t size) {
  if (blocks.size() == 1) return blocks.front();
  std::string list;
  list.reserve(sizeof(size) + blocks.size() * Digest::kSize);
  for (uint64_t rest = size, i = 0; i < sizeof(size); ++i, rest >>= 8) {
    list += static_cast<char>(rest & 0xff);
  }
  for (const Digest& block : blocks) list += block.AsBytes();
  return Sha512Truncated(list);
}

Digest ContentDigest(std::string_view content) {
  if (content.size() <= kDigestBlock) return Sha256(content);
  ContentHasher hasher;
  hasher.Update(content);
  return hasher.Finish();
}

void ContentHasher::Update(std::string_view piece) {
  while (!piece.empty()) {
    // Only what goes on ends a full block: content of exactly one is small.
    if (in_block_ == kDigestBlock) EndBlock();
    const std::string_view part = piece.substr(
        0, static_cast<size_t>(std::min<uint64_t>(kDigestBlock - in_block_, piece.size())));
    block_.Update(part);
    in_block_ += part.size();
    size_ += part.size();
    piece.remove_prefix(part.size());
  }
}

void ContentHasher::EndBlock() {
  blocks_.push_back(block_.Finish());
  in_block_ = 0;
}

void ContentHasher::AddBlock(const Digest& digest) {
  if (in_block_ == kDigestBlock) EndBlock();
  blocks_.push_back(digest);
  size_ += kDigestBlock;
}

Digest ContentHasher::Finish(BlockDigests* blocks) {
  if (in_block_ > 0 || blocks_.empty()) EndBlock();
  const Digest digest = DigestOfBlocks(blocks_, size_);
  BlockDigests all = std::exchange(blocks_, {});
  size_ = 0;
  if (blocks != nullptr) *blocks = all.size() > 1 ? std::move(all) : BlockDigests();
  return digest;
}

}  // namespace hawser
