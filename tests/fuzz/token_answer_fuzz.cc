// A token server's answer: a token that fits into a header, or data loss.
#include "lib/oci/token_answer.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto token = hawser::oci::ParseTokenAnswer(hawser::fuzz::Input(data, size));
  if (!token.ok()) {
    hawser::fuzz::Check(token.status().code() == hawser::Code::kDataLoss);
    return 0;
  }
  hawser::fuzz::Check(!token->empty());
  for (const char c : *token) hawser::fuzz::Check(c > ' ' && c < 0x7f);
  return 0;
}
