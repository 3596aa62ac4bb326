// A DevSession as an API server might return it: read into values, or refused with the field named.
#include <nlohmann/json.hpp>

#include "lib/devsession/devsession.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto object =
      nlohmann::json::parse(hawser::fuzz::Input(data, size), nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) return 0;
  const auto session = hawser::devsession::ParseDevSession(object);
  if (!session.ok()) {
    hawser::fuzz::Check(session.status().code() == hawser::Code::kInvalidArgument);
    return 0;
  }
  const nlohmann::json status = hawser::devsession::StatusToJson(session->status);
  hawser::fuzz::Check(status.is_object());
  return 0;
}
