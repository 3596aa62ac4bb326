// A registry's WWW-Authenticate header: read within bounds or refused; what is read has a scheme
// and named parameters.
#include "lib/oci/challenge.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto challenge = hawser::oci::ParseChallenge(hawser::fuzz::Input(data, size));
  if (!challenge) return 0;
  hawser::fuzz::Check(!challenge->scheme.empty() && !challenge->parameters.contains(""));
  return 0;
}
