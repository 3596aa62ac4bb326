// A pod's annotation that asks for a restart: read within bounds or refused; what is read can be
// sent to the supervisor.
#include "agent/restart_request.h"
#include "lib/wire/message_codec.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto request = hawser::agent::ParseRestartRequest(hawser::fuzz::Input(data, size));
  if (!request.ok() || !*request) return 0;
  hawser::fuzz::Check(hawser::wire::EncodeMessage(**request).ok());
  return 0;
}
