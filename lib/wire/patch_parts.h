// The streams that an aligned patch is made of (PROTOCOL.md, "Patches").
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/wire/codec.h"

namespace hawser::wire {

/// First byte of an aligned patch.
inline constexpr char kAlignedPatch = 1;

/// Each a stream of its own kind of bytes, which compresses better.
struct PatchParts {
  std::string moves;     ///< of each segment: literals before it, jump in the base, length
  std::string gaps;      ///< within segments: how many bytes are the same before each residue
  std::string residues;  ///< words: new minus old, the same for all references to what moved
  std::string literals;  ///< what resembles nothing
  std::array<std::string*, 4> All() { return {&moves, &gaps, &residues, &literals}; }
};

/// Makes PatchParts::moves.
class MoveWriter {
 public:
  /// The next segment, `literals` bytes after the one before: `length` bytes from `base_begin` on.
  void Add(uint64_t literals, uint64_t base_begin, uint64_t length);
  std::string Take() { return moves_.Take(); }

 private:
  Encoder moves_;
  uint64_t base_end_ = 0;  ///< of the last segment
};

/// Reads PatchParts::moves, which must outlive the reader.
class MoveReader {
 public:
  struct Move {
    uint64_t literals = 0;
    int64_t jump = 0;  ///< in the base, from where the last segment ended
    uint64_t length = 0;
  };
  explicit MoveReader(std::string_view moves) : moves_(moves) {}
  bool AtEnd() const { return moves_.remaining() == 0; }
  Result<Move> Next();

 private:
  Decoder moves_;
};

/// The whole patch, of a result of `size` bytes.
std::string PackPatch(PatchParts parts, uint64_t size);

/// Undoes PackPatch; `size` becomes that of the result. data_loss when the patch is damaged, is
/// none of this kind, or says that it makes more than `max_size` bytes.
Result<PatchParts> UnpackPatch(std::string_view patch, uint64_t max_size, uint64_t& size);

}  // namespace hawser::wire
