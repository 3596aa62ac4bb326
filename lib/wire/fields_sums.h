// The bytes of the messages about sums of blocks: each message's fields, listed once.
#pragma once

#include "lib/wire/fields_opening.h"
#include "lib/wire/sums_messages.h"

namespace hawser::wire {

inline constexpr size_t kBlockSumSize = sizeof(uint32_t) + sizeof(uint64_t);

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<BlockSum> m) {
  c.Fixed32(m.rolling);
  c.Fixed64(m.strong);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<BlockSums> m) {
  c.Varint(m.size);
  c.Varint(m.block_size);
  c.List(m.sums, kMaxBlockSums, kBlockSumSize, kEachItem);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<SumsRequest> m) {
  c.List(m.contents, kMaxSumsAsked, Digest::kSize,
         [](auto& codec, auto& digest) { codec.Hash(digest); });
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<ContentRange> m) {
  c.Hash(m.content);
  c.Varint(m.offset);
  c.Varint(m.length);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<RangeSumsRequest> m) {
  c.List(m.ranges, kMaxSumsAsked, Digest::kSize + 2, kEachItem);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<SumsReply> m) {
  c.Hash(m.content);
  Fields(c, m.blocks);
}

}  // namespace hawser::wire
