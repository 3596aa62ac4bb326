// Leaves out the blocks that are the same at the beginning and at the end, or those that sums tell.
#include "lib/sync/send/encode.h"

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

/// The blocks of some bytes that begin with a block, and end with one or with the content.
Stretch BlocksOf(const Content& content, uint64_t offset, uint64_t size) {
  return {content, static_cast<size_t>(offset / kDigestBlock),
          static_cast<size_t>((offset + size + kDigestBlock - 1) / kDigestBlock)};
}

}  // namespace

Result<std::string> EncodeBetween(const Content& base, const Content& data) {
  if (base.blocks().size() == 1 && data.blocks().size() == 1) {
    return wire::EncodePatch(base.blocks().front()->bytes, data.blocks().front()->bytes);
  }
  if (base.size() > wire::kMaxPatchSide || data.size() > wire::kMaxPatchSide) {
    return InvalidArgumentError("a patch takes at most 128 MiB on either side");
  }
  const ChangedRange range =
      FindChangedRange({base.block_digests(), base.size()}, {data.block_digests(), data.size()});
  const Stretch old_bytes = BlocksOf(base, range.before, range.base_size);
  const Stretch new_bytes = BlocksOf(data, range.before, range.data_size);
  return wire::EncodeAlignedPatch(old_bytes.view(), new_bytes.view(),
                                  {.before = range.before, .after = range.after});
}

Result<std::string> EncodeFromSums(const SummedRange& base, const Producer& produce) {
  const ChangedRange& range = base.range;
  wire::RangePatch patch;
  if (range.before > 0) patch.Copy(0, range.before);
  BlockMatcher matcher(
      base.sums,
      {.copy = [&](uint64_t offset, uint64_t length) { patch.Copy(range.before + offset, length); },
       .literals = [&](std::string_view bytes) { patch.Literals(bytes); }});
  HAWSER_RETURN_IF_ERROR(produce([&](std::string_view piece) {
    matcher.Write(piece);
    return patch.literal_bytes() <= kMaxLiterals ? OkStatus() : TooDifferent();
  }));
  matcher.Finish();
  if (patch.literal_bytes() > range.whole_data() / 2) return TooDifferent();
  if (range.after > 0) patch.Copy(range.before + range.base_size, range.after);
  return patch.Finish();
}

}  // namespace hawser::sync
