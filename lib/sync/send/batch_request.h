// What a batch is to hold, and what writing it cost.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/clock.h"
#include "lib/sync/blocks/changed_range.h"
#include "lib/sync/send/held_content.h"
#include "lib/sync/send/plan.h"
#include "lib/sync/workspace/snapshot.h"
#include "lib/wire/sums_messages.h"

namespace hawser::sync {

/// What a version that only the pod holds is made of, where the wanted one differs from it.
struct SummedRange {
  ChangedRange range;
  wire::BlockSums sums;  ///< of the range's bytes of the old version
  bool operator==(const SummedRange&) const = default;
};

/// By the digests of the old version and the wanted one.
using BaseSums = std::map<std::pair<Digest, Digest>, SummedRange>;

/// What a batch is to hold. What is pointed to lives as long as `keep_alive`.
struct BatchRequest {
  uint64_t number = 0;
  Digest base_tree;  ///< of `confirmed`
  SnapshotPtr snapshot;
  const SyncPlan* plan = nullptr;
  Tree confirmed;
  const HeldContent* held = nullptr;  ///< what need not be sent; null: nothing is known
  const BaseSums* sums = nullptr;     ///< null: none were asked for
  Digest result_tree;                 ///< what the agent's tree becomes
  std::vector<uint32_t> steps;
  bool restart = false;
  std::set<uint32_t> send_whole;           ///< changes the agent asked for again (Need)
  std::shared_ptr<const void> keep_alive;  ///< may be null
};

/// What it cost.
struct BatchCost {
  /// The container path of a file that changed since the snapshot: the batch was not ended, and the
  /// agent drops it when the next one begins. Empty when all was sent.
  std::string changed;
  TimePoint encoded{};  ///< when the last byte was encoded
  TimePoint sent{};     ///< when the last byte was handed to the stream
  uint64_t wire_bytes = 0;
  uint32_t patched = 0, stored = 0, whole = 0, bundled = 0;  ///< files by how they travelled
  std::vector<std::string> defeated;  ///< large files of the workspace whose delta saved little
};

}  // namespace hawser::sync
