// A patch written range by range by someone who does not have the base.
#include "lib/wire/range_patch.h"

#include <utility>

namespace hawser::wire {

void RangePatch::Copy(uint64_t offset, uint64_t length) {
  size_ += length;
  if (pending_length_ > 0 && offset == pending_offset_ + pending_length_) {
    pending_length_ += length;
    return;
  }
  EndSegment();
  pending_offset_ = offset;
  pending_length_ = length;
}

void RangePatch::Literals(std::string_view bytes) {
  if (bytes.empty()) return;
  EndSegment();
  size_ += bytes.size();
  pending_literals_ += bytes.size();
  parts_.literals += bytes;
}

void RangePatch::EndSegment() {
  if (pending_length_ == 0) return;
  moves_.Add(std::exchange(pending_literals_, 0), pending_offset_, pending_length_);
  gaps_.Varint(std::exchange(pending_length_, 0));
}

std::string RangePatch::Finish() {
  EndSegment();
  parts_.moves = moves_.Take();
  parts_.gaps = gaps_.Take();
  return PackPatch(std::move(parts_), size_);
}

}  // namespace hawser::wire
