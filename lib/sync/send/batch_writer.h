// Writes one batch onto a channel: chooses how each file travels, encodes it, and streams with
// bounded memory.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lib/sync/send/content.h"
#include "lib/sync/send/held_content.h"
#include "lib/sync/send/patch_cache.h"
#include "lib/sync/send/plan.h"
#include "lib/sync/workspace/base_cache.h"
#include "lib/sync/workspace/scanned_content.h"
#include "lib/sync/workspace/snapshot.h"
#include "lib/wire/channel.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

/// What a batch is to hold.
struct BatchRequest {
  uint64_t number = 0;
  Digest base_tree;  ///< of `confirmed`
  SnapshotPtr snapshot;
  const SyncPlan* plan = nullptr;
  Tree confirmed;
  const HeldContent* held = nullptr;  ///< what need not be sent; null: nothing is known
  Digest result_tree;                 ///< what the agent's tree becomes
  std::vector<uint32_t> steps;
  bool restart = false;
  std::set<uint32_t> send_whole;           ///< changes the agent asked for again (Need)
  std::shared_ptr<const void> keep_alive;  ///< owns what `plan` points to; may be null
};

/// What it cost.
struct BatchCost {
  TimePoint encoded{};  ///< when the last byte was encoded
  TimePoint sent{};     ///< when the last byte was handed to the stream
  uint64_t wire_bytes = 0;
  uint32_t patched = 0, stored = 0, whole = 0, bundled = 0;  ///< files by how they travelled
  std::vector<std::string> defeated;  ///< large files of the workspace whose delta saved little
};

/// Shared by the senders of all pods.
struct SendingContent {
  ContentSource source;
  BaseCache bases{wire::kMaxPatchSide};
  ScannedContent fresh{wire::kMaxPatchSide, bases};
  PatchCache patches{16U << 20};
  explicit SendingContent(std::string root) : source(std::move(root)) {}
};

/// Sends the batch. aborted when a file changed since the snapshot (BatchEnd was not sent: the
/// agent drops the batch when the next one begins); other codes are the channel's. Blocks while the
/// stream takes bytes.
Result<BatchCost> WriteBatch(wire::Channel& channel, const BatchRequest& request,
                             SendingContent& content, Deadline deadline);

}  // namespace hawser::sync
