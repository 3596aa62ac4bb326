// The agent's tree as the client reads it: accepted entries are in order, and their digest is
// computed.
#include "lib/sync/tree/tree.h"
#include "lib/wire/message_codec.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hawser::wire::TreeReply;
  const auto message = hawser::wire::DecodeMessage(hawser::wire::TypeOf(TreeReply{}),
                                                   hawser::fuzz::Input(data, size));
  if (!message.ok()) return 0;
  const auto& entries = std::get<TreeReply>(**message).entries;
  hawser::sync::TreeEdits edits;
  for (const auto& item : entries) edits.emplace_hint(edits.end(), item.path, item.entry);
  const hawser::sync::Tree tree = hawser::sync::Tree().With(edits);
  hawser::fuzz::Check(tree.size() == entries.size());
  hawser::fuzz::Check(!tree.digest().IsZero());
  return 0;
}
