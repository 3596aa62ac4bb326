// Leaves out the blocks that are the same at the beginning and at the end, or those that sums tell.
#include "lib/sync/send/encode.h"

#include <algorithm>
#include <string_view>

#include "lib/sync/blocks/block_matcher.h"
#include "lib/wire/limits.h"
#include "lib/wire/patch.h"
#include "lib/wire/range_patch.h"

namespace hawser::sync {

namespace {

constexpr uint64_t kMaxLiterals = 64U << 20;

Status TooDifferent() {
  return ResourceExhaustedError("the versions have too little in common");
}

/// The bytes of some neighbouring blocks, copied together if there are several.
class Stretch {
 public:
  Stretch(const Content& content, size_t first, size_t last) {
    if (last == first + 1) {
      view_ = content.blocks()[first]->bytes;
    } else {
      joined_ = content.Join(first, last);
      view_ = joined_;
    }
  }
  Stretch(const Stretch&) = delete;
  Stretch& operator=(const Stretch&) = delete;
  std::string_view view() const { return view_; }

 private:
  std::string joined_;
  std::string_view view_;
};

bool SameBlock(const Content& base, const Content& data, size_t index) {
  return base.blocks()[index]->digest == data.blocks()[index]->digest;
}

}  // namespace

Result<std::string> EncodeBetween(const Content& base, const Content& data) {
  size_t base_end = base.blocks().size();
  size_t data_end = data.blocks().size();
  if (base_end == 1 && data_end == 1) {
    return wire::EncodePatch(base.blocks().front()->bytes, data.blocks().front()->bytes);
  }
  if (base.size() > wire::kMaxPatchSide || data.size() > wire::kMaxPatchSide) {
    return InvalidArgumentError("a patch takes at most 128 MiB on either side");
  }
  size_t first = 0;
  while (first < std::min(base_end, data_end) && SameBlock(base, data, first)) ++first;
  wire::PatchFrame frame{.before = std::min(first * kDigestBlock, data.size())};
  // Blocks at the end are the same bytes only where nothing moved.
  while (base.size() == data.size() && data_end > first && SameBlock(base, data, data_end - 1)) {
    frame.after += data.blocks()[--data_end]->bytes.size();
    --base_end;
  }
  const Stretch old_bytes(base, first, base_end);
  const Stretch new_bytes(data, first, data_end);
  return wire::EncodeAlignedPatch(old_bytes.view(), new_bytes.view(), frame);
}

Result<std::string> EncodeFromSums(const wire::BlockSums& base, const Producer& produce) {
  wire::RangePatch patch;
  BlockMatcher matcher(
      base, {.copy = [&](uint64_t offset, uint64_t length) { patch.Copy(offset, length); },
             .literals = [&](std::string_view bytes) { patch.Literals(bytes); }});
  uint64_t size = 0;
  HAWSER_RETURN_IF_ERROR(produce([&](std::string_view piece) {
    size += piece.size();
    matcher.Write(piece);
    return patch.literal_bytes() <= kMaxLiterals ? OkStatus() : TooDifferent();
  }));
  matcher.Finish();
  if (patch.literal_bytes() > size / 2) return TooDifferent();
  return patch.Finish();
}

}  // namespace hawser::sync
