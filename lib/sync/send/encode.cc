// Leaves out the blocks that are the same at the beginning and at the end.
#include "lib/sync/send/encode.h"

#include <algorithm>
#include <string_view>

#include "lib/wire/limits.h"
#include "lib/wire/patch.h"

namespace hawser::sync {

namespace {

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

}  // namespace hawser::sync
