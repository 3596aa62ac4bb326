// The streams that an aligned patch is made of, each compressed by itself.
#include "lib/wire/patch_parts.h"

#include <algorithm>
#include <utility>

#include "lib/wire/compress.h"
#include "lib/wire/limits.h"

namespace hawser::wire {
namespace {

constexpr uint64_t kMaxPartSlack = 64;  ///< of a part beyond the size of the result
constexpr size_t kLargePart = 2U << 20;
constexpr int kSmallPartLevel = 9;
constexpr int kLargePartLevel = 3;

uint64_t ZigZag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

}  // namespace

void MoveWriter::Add(uint64_t literals, uint64_t base_begin, uint64_t length) {
  moves_.Varint(literals);
  moves_.Varint(ZigZag(static_cast<int64_t>(base_begin) - static_cast<int64_t>(base_end_)));
  moves_.Varint(length);
  base_end_ = base_begin + length;
}

Result<MoveReader::Move> MoveReader::Next() {
  Move move;
  uint64_t jump = 0;
  moves_.Varint(move.literals);
  moves_.Varint(jump);
  moves_.Varint(move.length);
  HAWSER_RETURN_IF_ERROR(moves_.status());
  move.jump = UnZigZag(jump);
  return move;
}

std::string PackPatch(PatchParts parts, uint64_t size) {
  Encoder encoder;
  encoder.Varint(size);
  for (const std::string* part : parts.All()) {
    encoder.Bytes(Compress(*part, part->size() < kLargePart ? kSmallPartLevel : kLargePartLevel),
                  SIZE_MAX);
  }
  return kAlignedPatch + encoder.Take();
}

Result<PatchParts> UnpackPatch(std::string_view patch, uint64_t max_size, uint64_t& size) {
  if (!patch.starts_with(kAlignedPatch)) return DataLossError("a patch is of another kind");
  Decoder decoder(patch.substr(1));
  decoder.Varint(size);
  if (decoder.ok() && size > max_size) {
    return DataLossError("a patch is damaged: it makes more than allowed");
  }
  PatchParts parts;
  for (std::string* part : parts.All()) {
    std::string frame;
    decoder.Bytes(frame, patch.size());
    HAWSER_RETURN_IF_ERROR(decoder.status());
    // No part that was written here is larger: runs that differ are apart.
    const uint64_t bound = std::min(size, kMaxPatchSide) + kMaxPartSlack;
    HAWSER_ASSIGN_OR_RETURN(*part, Decompress(frame, bound));
  }
  decoder.End();
  HAWSER_RETURN_IF_ERROR(decoder.status());
  return parts;
}

}  // namespace hawser::wire
