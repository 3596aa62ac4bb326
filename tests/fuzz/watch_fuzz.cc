// A watch's body: the same events, however it is cut into pieces. Input: a byte for the piece size,
// then the body.
#include <nlohmann/json.hpp>
#include <vector>

#include "lib/kube/watch_decoder.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

/// The events before the first failure, as text, and whether there was one.
std::pair<std::string, bool> Decode(std::string_view body, size_t piece) {
  std::string seen;
  hawser::kube::WatchDecoder decoder([&](const hawser::kube::WatchEvent& event) {
    seen += static_cast<char>('0' + static_cast<int>(event.type));
    seen += event.object->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return hawser::OkStatus();
  });
  for (size_t at = 0; at < body.size(); at += piece) {
    if (!decoder.Feed(body.substr(at, piece)).ok()) return {seen, false};
  }
  return {seen, true};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view body = hawser::fuzz::Input(data, size).substr(1);
  hawser::fuzz::Check(Decode(body, body.size()) == Decode(body, 1U + data[0]));
  return 0;
}
