// The agent's side of a batch: collects, decodes, verifies and stages it; nothing is visible before
// it is whole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lib/sync/stage/agent_state.h"
#include "lib/sync/store/content_store.h"
#include "lib/wire/limits.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// Bounds of what one batch may hold.
struct BatchLimits {
  uint32_t max_changes = wire::kMaxChanges;
  uint64_t max_file = wire::kMaxFileSize;
  uint64_t max_batch = wire::kMaxBatchContent;
  /// So many changes are worth telling ahead; smaller batches are applied when they are whole.
  uint32_t tell_ahead_from = 512;
};

/// A batch whose content is all in the store, verified.
struct StagedBatch {
  uint64_t number = 0;
  std::vector<wire::Change> changes;
  std::vector<uint32_t> steps;
  bool restart = false;
  Tree result;           ///< the confirmed tree once every path succeeded
  uint64_t brought = 0;  ///< bytes of content that came to the store for it
};

/// The step that confirming `staged` is.
StateDelta DeltaOf(const AgentState& state, const StagedBatch& staged);

/// Consumes BatchBegin, Changes, Data, BatchEnd in order. One thread. A BatchBegin drops a batch
/// that is not whole, and one reader may be used for batch after batch: it looks at `state` at each
/// BatchBegin.
class BatchReader {
 public:
  /// `state` and `store` must outlive the reader. `make_room` (may be empty) is called when the
  /// disk was full, once the batch that met this is dropped and nothing of it is needed any more.
  BatchReader(const AgentState& state, ContentStore& store, BatchLimits limits,
              std::function<void()> make_room = {});
  ~BatchReader();

  /// What came of a message: nothing yet; what can be told ahead, while the rest is on its way; the
  /// whole batch; files the agent needs whole; or a refusal that leaves the stream usable (stale
  /// batch). The last three come of BatchEnd alone: a stale batch is read to its end.
  using Outcome = std::variant<std::monostate, std::vector<wire::Prepare>, StagedBatch, wire::Need,
                               wire::BatchResult>;

  /// data_loss or invalid_argument when the message breaks the protocol (wrong order, replayed
  /// number, path outside the roots, too large): the caller closes the stream; nothing changed.
  /// resource_exhausted when the disk is full.
  Result<Outcome> OnMessage(const wire::Message& message);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
  std::function<void()> make_room_;
};

}  // namespace hawser::sync
