// The bytes of the opening, configuration and tree messages: each message's fields, listed once for
// both directions.
#pragma once

#include "lib/wire/codec.h"
#include "lib/wire/limits.h"
#include "lib/wire/opening_messages.h"

namespace hawser::wire {

/// Applies Fields to each item of a list.
inline constexpr auto kEachItem = [](auto& codec, auto& item) { Fields(codec, item); };

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Hello> m) {
  c.Varint(m.min_version);
  c.Varint(m.max_version);
  c.Enum(m.role);
  c.Bytes(m.client_version, kMaxName);
  c.Bytes(m.session, kMaxName);
  c.Bytes(m.identity, kMaxName);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Welcome> m) {
  c.Varint(m.version);
  c.Bytes(m.agent_version, kMaxName);
  c.Bytes(m.pod, kMaxName);
  c.Hash(m.tree);
  c.Varint(m.last_batch);
  c.Varint(m.config_generation);
  c.Enum(m.app);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Reject> m) {
  c.Enum(m.reason);
  c.Bytes(m.message, kMaxText);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<SyncRoot> m) {
  c.Bytes(m.path, kMaxPath);
  c.Bool(m.delete_extraneous);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Step> m) {
  c.List(m.argv, kMaxArguments, 1,
         [](auto& codec, auto& word) { codec.Bytes(word, kMaxArgument); });
  c.Varint(m.timeout_ms);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<RestartRule> m) {
  c.Enum(m.policy);
  c.Varint(m.signal);
  c.Varint(m.grace_ms);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Configure> m) {
  c.Varint(m.generation);
  c.List(m.roots, kMaxRoots, 2, kEachItem);
  c.List(m.steps, kMaxSteps, 2, kEachItem);
  Fields(c, m.restart);
  c.Varint(m.ready_port);
}

template <typename Codec>
void Fields(Codec&, typename Codec::template Ref<TreeRequest>) {}

/// The layout follows the kind; an unknown kind cannot be read further.
template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Entry> m) {
  c.Enum(m.kind);
  switch (m.kind) {
    case EntryKind::kFile:
      c.Varint(m.mode);
      c.Fixed64(m.mtime_ns);
      c.Varint(m.size);
      return c.Hash(m.digest);
    case EntryKind::kDirectory:
      c.Varint(m.mode);
      return c.Fixed64(m.mtime_ns);
    case EntryKind::kSymlink:
      if constexpr (Codec::kDecodes) m.mode = 0;
      return c.Bytes(m.target, kMaxTarget);
  }
  if constexpr (Codec::kDecodes) c.Fail("an entry is of no known kind");
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<PathEntry> m) {
  c.Bytes(m.path, kMaxPath);
  Fields(c, m.entry);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<TreeReply> m) {
  c.List(m.entries, kMaxItems, 3, kEachItem);
  c.Bool(m.last);
}

/// A list of digests.
template <typename Codec>
void Digests(Codec& c, typename Codec::template Ref<std::vector<Digest>> list, size_t max) {
  c.List(list, max, Digest::kSize, [](auto& codec, auto& digest) { codec.Hash(digest); });
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<NodesRequest> m) {
  Digests(c, m.nodes, kMaxNodes);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Node> m) {
  c.Varint(m.level);
  if (m.level > 0) return Digests(c, m.children, kMaxItems);
  c.List(m.entries, kMaxItems, 3, kEachItem);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<NodesReply> m) {
  c.List(m.nodes, kMaxNodes, 2, kEachItem);
  c.Bool(m.last);
}

}  // namespace hawser::wire
