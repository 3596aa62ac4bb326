// One moment of the workspace, as the container should have it.
#pragma once

#include <cstdint>
#include <memory>

#include "lib/base/clock.h"
#include "lib/sync/tree/tree.h"
#include "lib/sync/workspace/sources.h"

namespace hawser::sync {

/// What the scanner publishes. Never changes; shared by all pods' senders.
struct Snapshot {
  uint64_t id = 0;  ///< grows by one with each
  Tree tree;        ///< container path -> entry
  Digest digest;    ///< of `tree`
  Sources sources;
  TimePoint seen{};      ///< first event that led here
  TimePoint scanning{};  ///< when the look at the workspace began
  TimePoint scanned{};   ///< when it was complete
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace hawser::sync
