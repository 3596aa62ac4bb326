// The bytes of the messages between agent and supervisor: each message's fields, listed once.
#pragma once

#include "lib/wire/fields_batch.h"
#include "lib/wire/supervisor_messages.h"

namespace hawser::wire {

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<SupervisorHello> m) {
  c.Varint(m.version);
  c.Bytes(m.agent_version, kMaxName);
  c.Varint(m.uid);
  c.Hash(m.applied_tree);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<ApplyRequest> m) {
  c.Varint(m.number);
  Indexes(c, m.steps, kMaxSteps);
  c.Bool(m.restart);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<ApplyResult> m) {
  c.Varint(m.number);
  c.List(m.problems, kMaxItems, 3, kEachItem);
  c.List(m.steps, kMaxSteps, 5, kEachItem);
  c.Bool(m.restarted);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<AppStatus> m) {
  c.Enum(m.app);
  c.Signed(m.pid);
  c.Varint(m.restarts);
  c.Signed(m.last_exit);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<PushState> m) {
  c.Bool(m.connected);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<Prepare> m) {
  c.List(m.entries, kMaxItems, 3, kEachItem);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<ContainerState> m) {
  c.Hash(m.tree);
  c.List(m.problems, kMaxItems, 3, kEachItem);
  c.List(m.steps, kMaxSteps, 5, kEachItem);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<RestartOrder> m) {
  c.Bytes(m.id, kMaxName);
  c.Enum(m.rule.policy);
  c.Varint(m.rule.signal);
  c.Varint(m.rule.grace_ms);
}

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<RestartState> m) {
  c.Varint(m.instance);
  c.Bytes(m.last, kMaxName);
}

}  // namespace hawser::wire
