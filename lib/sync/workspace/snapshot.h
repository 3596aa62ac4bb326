// One moment of the workspace, as the container should have it.
#pragma once

#include <cstdint>
#include <memory>

#include "lib/base/clock.h"
#include "lib/sync/blocks/known_blocks.h"
#include "lib/sync/tree/tree.h"
#include "lib/sync/workspace/sources.h"

namespace hawser::sync {

/// What the scanner publishes. Never changes; shared by all pods' senders.
struct Snapshot {
  uint64_t id = 0;  ///< grows by one with each
  Tree tree;        ///< container path -> entry
  Digest digest;    ///< of `tree`
  Sources sources;
  /// What large files of this snapshot and of those before consist of; more is added to it
  /// meanwhile. May be null.
  std::shared_ptr<const KnownBlocks> blocks;
  TimePoint seen{};      ///< first event that led here
  TimePoint scanning{};  ///< when the look at the workspace began
  TimePoint scanned{};   ///< when it was complete
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace hawser::sync
