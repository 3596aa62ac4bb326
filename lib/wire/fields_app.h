// The bytes of the messages about the app: each message's fields, listed once.
#pragma once

#include "lib/wire/app_messages.h"
#include "lib/wire/fields_batch.h"

namespace hawser::wire {

template <typename Codec>
void Fields(Codec&, typename Codec::template Ref<StatusRequest>) {}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<StatusReply> m) {
  c.Enum(m.app);
  c.Signed(m.pid);
  c.Varint(m.restarts);
  c.Signed(m.last_exit);
  c.Hash(m.tree);
  c.Varint(m.last_batch);
  c.Varint(m.config_generation);
  c.List(m.problems, kMaxItems, 3, kEachItem);
  c.Hash(m.applied_tree);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<LogPosition> m) {
  c.Varint(m.source);
  c.Varint(m.offset);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<LogRequest> m) {
  c.Bool(m.follow);
  c.Varint(m.tail_bytes);
  Fields(c, m.from);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<LogChunk> m) {
  c.Bool(m.last);
  Fields(c, m.at);
  c.Rest(m.bytes);
}

template <typename Codec>
void Fields(Codec&, typename Codec::template Ref<RestartRequest>) {}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<RestartResult> m) {
  c.Bool(m.ok);
  c.Signed(m.pid);
  c.Bytes(m.message, kMaxText);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Ping> m) {
  c.Varint(m.nonce);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Pong> m) {
  c.Varint(m.nonce);
}

}  // namespace hawser::wire
