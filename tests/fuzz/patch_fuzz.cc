// Deltas: any patch against any base stays within its bound, and every pair of contents survives
// the way there and back. Input: a byte that places the cut, then base and patch (or the new
// content).
#include "lib/wire/patch.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint64_t kMaxSize = 1U << 20;
  if (size == 0) return 0;
  const std::string_view rest = hawser::fuzz::Input(data, size).substr(1);
  const size_t cut = rest.size() * data[0] / 256;
  const std::string_view base = rest.substr(0, cut);
  const std::string_view other = rest.substr(cut);

  const auto decoded = hawser::wire::DecodePatch(base, other, kMaxSize);
  if (decoded.ok()) hawser::fuzz::Check(decoded->size() <= kMaxSize);

  const auto patch = hawser::wire::EncodePatch(base, other);
  hawser::fuzz::Check(patch.ok());
  const auto again = hawser::wire::DecodePatch(base, *patch, other.size());
  hawser::fuzz::Check(again.ok() && *again == other);

  const std::string aligned = hawser::wire::EncodeAlignedPatch(base, other);
  const auto rebuilt = hawser::wire::DecodePatch(base, aligned, other.size());
  hawser::fuzz::Check(rebuilt.ok() && *rebuilt == other);
  return 0;
}
