// A patch written range by range by someone who does not have the base.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/wire/codec.h"
#include "lib/wire/patch_parts.h"

namespace hawser::wire {

/// Takes the result from its beginning to its end, as ranges of the base and as bytes. What it
/// holds in memory are the bytes.
class RangePatch {
 public:
  /// `length` bytes of the base from `offset` on come next.
  void Copy(uint64_t offset, uint64_t length);
  /// These bytes come next.
  void Literals(std::string_view bytes);

  /// How many bytes came by Literals.
  uint64_t literal_bytes() const { return parts_.literals.size(); }
  /// The patch (PROTOCOL.md, "Patches", form 0x01). Ends the object's use.
  std::string Finish();

 private:
  void EndSegment();

  PatchParts parts_;
  MoveWriter moves_;
  Encoder gaps_;
  uint64_t size_ = 0;              ///< of the result
  uint64_t pending_offset_ = 0;    ///< of the segment that may go on
  uint64_t pending_length_ = 0;    ///< 0: there is none
  uint64_t pending_literals_ = 0;  ///< since the segment before
};

}  // namespace hawser::wire
