// Which old versions of large files only the pod holds, and what it says they are made of.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "lib/sync/blocks/known_blocks.h"
#include "lib/sync/send/batch_request.h"
#include "lib/sync/send/held_content.h"
#include "lib/sync/send/plan.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// True when a patch from `base` to `content` can be made without the pod. Any thread.
using CanPatch = std::function<bool(const Digest& base, const Digest& content)>;

/// A version that the pod has, one that is to be made of it, and where they differ.
struct SumsQuestion {
  Digest base;
  Digest wanted;
  ChangedRange range;
  bool operator==(const SumsQuestion&) const = default;
};

/// The versions in `confirmed` whose sums are worth asking for before `plan` is sent: at most
/// wire::kMaxSumsAsked, of the largest files. `held` is what need not be sent. With `blocks`, where
/// they tell, only for the range that changed; null when the agent knows whole content only.
std::vector<SumsQuestion> WorthAsking(const SyncPlan& plan, const Tree& confirmed,
                                      const HeldContent& held, const CanPatch& can_patch,
                                      const KnownBlocks* blocks);

/// Gathers the answers to one request.
class SumsInquiry {
 public:
  explicit SumsInquiry(std::vector<SumsQuestion> asked) : asked_(std::move(asked)) {}

  /// A SumsRequest unless there is a range to ask for.
  wire::Message Request() const;
  /// data_loss when this is not the answer that comes next.
  Status OnReply(const wire::SumsReply& reply);
  bool complete() const { return answered_ == asked_.size(); }
  /// Of what the pod holds.
  const BaseSums& sums() const { return sums_; }

 private:
  std::vector<SumsQuestion> asked_;
  size_t answered_ = 0;
  BaseSums sums_;
};

}  // namespace hawser::sync
