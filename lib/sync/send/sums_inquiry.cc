// Asks for the sums of what can't be compared otherwise.
#include "lib/sync/send/sums_inquiry.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "lib/sync/blocks/block_sums.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

struct SummedBase {
  uint64_t size = 0;
  Digest base;
};

bool IsSummed(const Entry& entry) {
  return entry.kind == EntryKind::kFile && entry.size >= kMinSummed &&
         entry.size <= wire::kMaxPatched;
}

}  // namespace

std::vector<Digest> WorthAsking(const SyncPlan& plan, const Tree& confirmed,
                                const HeldContent& held, const CanPatch& can_patch) {
  std::vector<SummedBase> candidates;
  for (const PlannedChange& change : plan.changes) {
    if (change.remove || !change.content || !IsSummed(change.entry)) continue;
    if (held.Has(change.entry.digest)) continue;
    const std::optional<Entry> had = BaseAt(change.path, confirmed, &held);
    if (!had.has_value() || !IsSummed(*had)) continue;
    if (can_patch(had->digest, change.entry.digest)) continue;
    candidates.push_back({change.entry.size, had->digest});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const SummedBase& a, const SummedBase& b) { return a.size > b.size; });
  std::vector<Digest> asked;
  std::unordered_set<Digest, DigestHash> seen;
  for (const SummedBase& each : candidates) {
    if (asked.size() == wire::kMaxSumsAsked) break;
    if (seen.insert(each.base).second) asked.push_back(each.base);
  }
  return asked;
}

Status SumsInquiry::OnReply(const wire::SumsReply& reply) {
  if (complete() || reply.content != asked_[answered_]) {
    return DataLossError("the pod told the sums of content that was not asked for");
  }
  ++answered_;
  if (!reply.blocks.sums.empty()) sums_.emplace(reply.content, reply.blocks);
  return OkStatus();
}

}  // namespace hawser::sync
