// The bytes of the messages that carry connections from the pod: each message's fields, listed
// once.
#pragma once

#include "lib/wire/carry_messages.h"
#include "lib/wire/fields_opening.h"

namespace hawser::wire {

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<ListenRequest> m) {
  c.Varint(m.port);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<ListenReply> m) {
  c.Varint(m.port);
  c.Bytes(m.trouble, kMaxText);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Arrival> m) {
  c.Varint(m.id);
  c.Varint(m.port);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<ArrivalRefused> m) {
  c.Varint(m.id);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<CarryRequest> m) {
  c.Varint(m.id);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<CarryReply> m) {
  c.Varint(m.id);
  c.Bytes(m.trouble, kMaxText);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<StreamPiece> m) {
  c.Rest(m.bytes);
}

template <typename Codec>
void Fields(Codec&, typename Codec::template Ref<StreamEnd>) {}

}  // namespace hawser::wire
