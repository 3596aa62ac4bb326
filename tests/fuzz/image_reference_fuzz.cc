// An image reference as a manifest names it: refused, or the same again when written out.
#include "lib/oci/reference.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kRoomForShortForms = 64;  // below the longest reference that is read
  if (size > 512 - kRoomForShortForms) return 0;
  const auto reference = hawser::oci::ParseReference(hawser::fuzz::Input(data, size));
  if (!reference.ok()) return 0;
  const auto again = hawser::oci::ParseReference(reference->ToString());
  hawser::fuzz::Check(again.ok() && *again == *reference);
  return 0;
}
