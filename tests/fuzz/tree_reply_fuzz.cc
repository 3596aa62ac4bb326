// The agent's tree as the client reads it: accepted entries are in order, and their digest is
// computed.
#include "lib/sync/tree.h"
#include "lib/wire/message_codec.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hawser::wire::TreeReply;
  const auto message = hawser::wire::DecodeMessage(hawser::wire::TypeOf(TreeReply{}),
                                                   hawser::fuzz::Input(data, size));
  if (!message.ok()) return 0;
  const auto& entries = std::get<TreeReply>(**message).entries;
  hawser::sync::Tree tree;
  for (const auto& item : entries) tree.emplace_hint(tree.end(), item.path, item.entry);
  hawser::fuzz::Check(tree.size() == entries.size());
  hawser::fuzz::Check(!hawser::sync::TreeDigest(tree).IsZero());
  return 0;
}
