// Asks for the sums of what can't be compared otherwise.
#include "lib/sync/send/sums_inquiry.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "lib/sync/blocks/block_sums.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

bool IsSummed(const Entry& entry) {
  return entry.kind == EntryKind::kFile && entry.size >= kMinSummed &&
         entry.size <= wire::kMaxPatched;
}

ChangedRange RangeBetween(const Entry& base, const Entry& wanted, const KnownBlocks* known) {
  const KnownBlocks::Blocks of_base = known == nullptr ? nullptr : known->Find(base.digest);
  const KnownBlocks::Blocks of_wanted = known == nullptr ? nullptr : known->Find(wanted.digest);
  if (of_base == nullptr || of_wanted == nullptr) {
    return {.base_size = base.size, .data_size = wanted.size};
  }
  return FindChangedRange({*of_base, base.size}, {*of_wanted, wanted.size});
}

}  // namespace

std::vector<SumsQuestion> WorthAsking(const SyncPlan& plan, const Tree& confirmed,
                                      const HeldContent& held, const CanPatch& can_patch,
                                      const KnownBlocks* blocks) {
  std::vector<SumsQuestion> questions;
  std::set<std::pair<Digest, Digest>> seen;
  for (const PlannedChange& change : plan.changes) {
    if (change.remove || !change.content || !IsSummed(change.entry)) continue;
    const Digest& wanted = change.entry.digest;
    if (held.Has(wanted)) continue;
    const std::optional<Entry> had = BaseAt(change.path, confirmed, &held);
    if (!had.has_value() || !IsSummed(*had) || can_patch(had->digest, wanted)) continue;
    if (!seen.emplace(had->digest, wanted).second) continue;
    questions.push_back({had->digest, wanted, RangeBetween(*had, change.entry, blocks)});
  }
  const auto size = [](const SumsQuestion& each) { return each.range.whole_data(); };
  std::stable_sort(questions.begin(), questions.end(),
                   [&](const auto& a, const auto& b) { return size(a) > size(b); });
  if (questions.size() > wire::kMaxSumsAsked) questions.resize(wire::kMaxSumsAsked);
  return questions;
}

wire::Message SumsInquiry::Request() const {
  wire::SumsRequest whole;
  wire::RangeSumsRequest ranges;
  bool all_whole = true;
  for (const SumsQuestion& each : asked_) {
    whole.contents.push_back(each.base);
    ranges.ranges.push_back({each.base, each.range.before, each.range.base_size});
    all_whole = all_whole && each.range.whole();
  }
  if (all_whole) return whole;
  return ranges;
}

Status SumsInquiry::OnReply(const wire::SumsReply& reply) {
  if (complete() || reply.content != asked_[answered_].base) {
    return DataLossError("the pod told the sums of content that was not asked for");
  }
  const SumsQuestion& question = asked_[answered_++];
  if (reply.blocks.sums.empty()) return OkStatus();
  if (reply.blocks.size != question.range.base_size) {
    return DataLossError("the pod told the sums of another range than was asked for");
  }
  sums_.emplace(std::pair(question.base, question.wanted),
                SummedRange{question.range, reply.blocks});
  return OkStatus();
}

}  // namespace hawser::sync
