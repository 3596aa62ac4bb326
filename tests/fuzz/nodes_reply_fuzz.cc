// Nodes of the agent's tree as the client reads them: whatever tree comes out has the digest that
// was asked for.
#include "lib/sync/tree/fetch.h"
#include "lib/sync/tree/node.h"
#include "lib/wire/message_codec.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace fuzz = hawser::fuzz;
  namespace sync = hawser::sync;
  namespace wire = hawser::wire;
  const auto message =
      wire::DecodeMessage(wire::TypeOf(wire::NodesReply{}), fuzz::Input(data, size));
  if (!message.ok()) return 0;
  const auto& nodes = std::get<wire::NodesReply>(**message).nodes;
  if (nodes.empty() || nodes[0].level == 0) return 0;
  const sync::Tree known{{"/app", {.kind = sync::EntryKind::kDirectory, .mode = 0755}}};
  const hawser::Digest root = sync::InnerNodeDigest(nodes[0].level, nodes[0].children);
  sync::TreeFetch fetch(root, {known});
  fetch.Begin();
  auto next = fetch.OnNodes({{nodes[0]}, true});
  for (size_t i = 1; i < nodes.size() && next.ok() && !next->empty(); ++i) {
    next = fetch.OnNodes({{nodes[i]}, true});
  }
  if (fetch.tree().has_value()) fuzz::Check(fetch.tree()->digest() == root);
  return 0;
}
