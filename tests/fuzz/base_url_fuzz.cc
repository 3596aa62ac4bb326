// A base URL, which a registry's redirect may choose: parts that are fit to connect to, or refused.
#include "lib/http/base_url.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto url = hawser::http::ParseBaseUrl(hawser::fuzz::Input(data, size));
  if (!url.ok()) {
    hawser::fuzz::Check(url.status().code() == hawser::Code::kInvalidArgument);
    return 0;
  }
  hawser::fuzz::Check(!url->host.empty() && url->port != 0);
  hawser::fuzz::Check(url->authority.find(url->host) != std::string::npos);
  hawser::fuzz::Check(url->prefix.empty() || url->prefix.front() == '/');
  for (const char c : url->authority + url->prefix) hawser::fuzz::Check(c > ' ' && c < 0x7f);
  return 0;
}
