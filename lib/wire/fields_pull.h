// The bytes of the messages that fetch files from the pod: each message's fields, listed once.
#pragma once

#include "lib/wire/fields_opening.h"
#include "lib/wire/pull_messages.h"

namespace hawser::wire {

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<PullPattern> m) {
  c.Bytes(m.root, kMaxPath);
  c.Bytes(m.glob, kMaxPath);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<PullList> m) {
  c.Varint(m.id);
  c.List(m.patterns, kMaxPullPatterns, 2, kEachItem);
  c.Hash(m.known);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<PullListing> m) {
  c.Varint(m.id);
  c.List(m.entries, kMaxItems, 3, kEachItem);
  c.Bool(m.last);
  c.Hash(m.digest);
  c.Bytes(m.trouble, kMaxText);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<PullRead> m) {
  c.Varint(m.id);
  c.Bytes(m.path, kMaxPath);
  c.Varint(m.offset);
  c.Varint(m.length);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<PullPiece> m) {
  c.Varint(m.id);
  c.Bytes(m.trouble, kMaxText);
  c.Rest(m.bytes);
}

}  // namespace hawser::wire
