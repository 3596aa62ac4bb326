// A manifest or an index: leads to a digest, or to a failure that is short enough to show.
#include "lib/oci/manifest.h"
#include "lib/oci/reference.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto target = hawser::oci::ParseManifest(hawser::fuzz::Input(data, size), "amd64");
  if (target.ok()) {
    hawser::fuzz::Check(hawser::oci::IsSha256Digest(target->digest));
    return 0;
  }
  const hawser::Code code = target.status().code();
  hawser::fuzz::Check(code == hawser::Code::kDataLoss || code == hawser::Code::kNotFound);
  hawser::fuzz::Check(target.status().message().size() < 4096);
  return 0;
}
