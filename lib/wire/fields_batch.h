// The bytes of the batch messages: each message's fields, listed once for both directions.
#pragma once

#include "lib/wire/batch_messages.h"
#include "lib/wire/fields_opening.h"

namespace hawser::wire {

/// A list of numbers.
template <typename Codec>
void Indexes(Codec& c, typename Codec::template Ref<std::vector<uint32_t>> list, size_t max) {
  c.List(list, max, 1, [](auto& codec, auto& number) { codec.Varint(number); });
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Change> m) {
  c.Bool(m.remove);
  c.Bytes(m.path, kMaxPath);
  if (m.remove) return;
  Fields(c, m.entry);
  c.Enum(m.encoding);
  if (m.encoding == Encoding::kPatch) c.Hash(m.base);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<BatchBegin> m) {
  c.Varint(m.number);
  c.Hash(m.base_tree);
  c.Hash(m.result_tree);
  c.Varint(m.change_count);
  Indexes(c, m.steps, kMaxSteps);
  c.Bool(m.restart);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Changes> m) {
  c.List(m.changes, kMaxItems, 3, kEachItem);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Data> m) {
  c.Varint(m.change);
  c.Bool(m.last);
  c.Rest(m.bytes);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<BatchEnd> m) {
  c.Varint(m.number);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Need> m) {
  c.Varint(m.number);
  Indexes(c, m.changes, kMaxChanges);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Progress> m) {
  c.Varint(m.number);
  c.Enum(m.phase);
  c.Varint(m.elapsed_us);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<StepOutput> m) {
  c.Varint(m.number);
  c.Varint(m.step);
  c.Rest(m.bytes);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Problem> m) {
  c.Bytes(m.path, kMaxPath);
  c.Enum(m.reason);
  c.Bytes(m.message, kMaxText);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<StepResult> m) {
  c.Varint(m.step);
  c.Signed(m.exit_code);
  c.Varint(m.duration_us);
  c.Bool(m.timed_out);
  c.Bytes(m.message, kMaxText);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<BatchResult> m) {
  c.Varint(m.number);
  c.Enum(m.outcome);
  c.Bytes(m.message, kMaxText);
  c.Hash(m.tree);
  c.List(m.problems, kMaxItems, 3, kEachItem);
  c.List(m.steps, kMaxSteps, 5, kEachItem);
  c.Bool(m.restarted);
}

}  // namespace hawser::wire
