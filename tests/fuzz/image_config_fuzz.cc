// An image's config blob: read into values, or data loss with the field named.
#include "lib/oci/image_config.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto config = hawser::oci::ParseImageConfig(hawser::fuzz::Input(data, size));
  hawser::fuzz::Check(config.ok() || config.status().code() == hawser::Code::kDataLoss);
  return 0;
}
