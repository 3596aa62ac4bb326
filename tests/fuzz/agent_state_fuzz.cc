// The state file that agent and supervisor share. The input stands behind the format's magic and
// checksum, made here, since no search would guess them; it is also read as it is.
#include "lib/base/digest.h"
#include "lib/sync/agent_state.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

void CheckState(std::string_view bytes) {
  const auto state = hawser::sync::DecodeAgentState(bytes);
  if (!state.ok()) return;
  const auto bytes_again = hawser::sync::EncodeAgentState(*state);
  hawser::fuzz::Check(bytes_again.ok());
  const auto again = hawser::sync::DecodeAgentState(*bytes_again);
  hawser::fuzz::Check(again.ok() && *again == *state);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::string_view kMagic = "HAWSER-1";
  const std::string_view input = hawser::fuzz::Input(data, size);
  CheckState(input);
  std::string sealed(kMagic);
  sealed += hawser::Sha256(input).AsBytes();
  CheckState(sealed.append(input));
  return 0;
}
