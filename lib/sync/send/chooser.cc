// Decides how each file of a batch travels.
#include "lib/sync/send/chooser.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "lib/sync/send/encode.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

using wire::Encoding;

/// Files up to here share one compressed stream; larger ones gain nothing from their neighbours.
constexpr uint64_t kMaxBundled = 128U << 10;

bool IsFile(const PlannedChange& change) {
  return !change.remove && change.entry.kind == EntryKind::kFile;
}

}  // namespace

Result<Choice> Chooser::Choose(uint32_t index) {
  const PlannedChange& planned = request_.plan->changes[index];
  Choice choice;
  wire::Change& change = choice.change;
  change.remove = planned.remove;
  change.path = planned.path;
  change.entry = planned.entry;
  if (!IsFile(planned)) return choice;
  const bool whole = request_.send_whole.contains(index);
  if (!planned.content && !whole) return choice;
  const Digest& digest = planned.entry.digest;
  if (!whole && Held(digest)) {
    change.encoding = Encoding::kStored;
  } else if (!whole) {
    HAWSER_RETURN_IF_ERROR(TryPatch(planned, choice));
  }
  if (change.encoding == Encoding::kNone) {
    change.encoding = planned.entry.size <= kMaxBundled ? Encoding::kBundled : Encoding::kWhole;
  }
  brought_.insert(digest);  // the next file with this content need not bring it again
  return choice;
}

bool Chooser::Held(const Digest& digest) const {
  return brought_.contains(digest) || (request_.held != nullptr && request_.held->Has(digest));
}

Status Chooser::TryPatch(const PlannedChange& planned, Choice& choice) {
  if (planned.entry.size == 0) return OkStatus();
  const std::optional<Entry> had = BaseAt(planned.path, request_.confirmed, request_.held);
  if (!had.has_value() || had->size == 0) return OkStatus();
  choice.change.base = had->digest;
  if (content_.CanPatch(had->digest, planned.entry.digest)) {
    choice.change.encoding = Encoding::kPatch;
    return OkStatus();
  }
  if (request_.sums != nullptr) {
    const auto sums = request_.sums->find({had->digest, planned.entry.digest});
    if (sums != request_.sums->end()) {
      HAWSER_RETURN_IF_ERROR(TrySums(sums->second, choice));
    }
  }
  if (choice.change.encoding != Encoding::kPatch) choice.change.base = {};
  return OkStatus();
}

Status Chooser::TrySums(const SummedRange& base, Choice& choice) {
  const wire::Change& change = choice.change;
  const auto encode = [&]() -> Result<PatchCache::Patch> {
    HAWSER_ASSIGN_OR_RETURN(std::string patch, EncodeFromSums(base, [&](const auto& sink) {
                              return files_.PassRange(change, base.range, sink);
                            }));
    patch.shrink_to_fit();  // it is kept, and was made in room for the worst case
    return std::make_shared<const std::string>(std::move(patch));
  };
  auto patch = content_.patches.GetOrEncode(change.base, change.entry.digest, encode);
  choice.defeated = patch.status().code() == Code::kResourceExhausted;
  if (choice.defeated) return OkStatus();
  if (!patch.ok()) return patch.status();
  choice.change.encoding = Encoding::kPatch;
  choice.patch = *std::move(patch);
  return OkStatus();
}

}  // namespace hawser::sync
