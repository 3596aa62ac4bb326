// Deltas: a new version of a file as what differs from the version both sides hold.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::wire {

/// Encodes `data` relative to `base`. Up to 256 KiB together as a splice where few bytes changed in
/// one place, else as a zstd frame with `base` as its prefix; above as aligned differences
/// (PROTOCOL.md, "Patches"), in time linear in both. Both at most 128 MiB, else invalid_argument.
Result<std::string> EncodePatch(std::string_view base, std::string_view data);

/// Bytes that both sides have before and after what is compared.
struct PatchFrame {
  uint64_t before = 0;
  uint64_t after = 0;
};

/// Aligned differences between sides of whatever size, of which `base` and `data` are what lies
/// within `frame`.
std::string EncodeAlignedPatch(std::string_view base, std::string_view data, PatchFrame frame = {});

/// The base as the decoder reads it, piece by piece.
struct PatchBase {
  uint64_t size = 0;
  /// Fills `out` with the bytes from `offset` on; asked for nothing beyond `size`.
  std::function<Status(uint64_t offset, std::span<char> out)> read;
};

/// Takes what a patch makes, in order.
struct PatchSink {
  std::function<Status(std::string_view)> write;
  /// Takes bytes of the base that are the same in the result, in long runs, of a splice also none.
  /// They never pass through the decoder.
  std::function<Status(uint64_t offset, uint64_t length)> copy;
};

/// Passes what EncodePatch encoded on in pieces. data_loss when the patch is damaged, does not fit
/// the base or makes more than `max_size` bytes; failures of `base` and `sink` are passed on. Holds
/// the patch's own content and one piece, never an aligned patch's base or result.
Status DecodePatch(const PatchBase& base, std::string_view patch, uint64_t max_size,
                   const PatchSink& sink);

/// The same in memory.
Result<std::string> DecodePatch(std::string_view base, std::string_view patch, uint64_t max_size);

}  // namespace hawser::wire
