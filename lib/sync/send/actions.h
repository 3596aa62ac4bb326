// What the sender of one pod asks of whoever drives it.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "lib/sync/send/batch_request.h"
#include "lib/sync/send/timeline.h"
#include "lib/sync/workspace/snapshot.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// What happened, for the renderer and the status.
struct BatchReport {
  wire::BatchResult result;
  Timeline timeline;
  BatchCost cost;
  uint64_t files = 0;
  uint64_t removals = 0;
  std::vector<std::string> paths;  ///< workspace-relative, the first few
};

/// To the agent, in order.
struct SendMessages {
  std::vector<wire::Message> messages;
};
/// Call WriteBatch, then OnBatchWritten.
struct SendBatch {
  BatchRequest request;
};
/// The snapshot is out of date.
struct Rescan {
  std::string why;
  std::string outrun;  ///< a workspace file that changes faster than it can be sent; else empty
};
/// So much would go that a person has to agree; go on with ConfirmRemovals.
struct AskBeforeRemoving {
  size_t removals = 0;
  size_t files = 0;
};
/// The pod confirmed exactly this.
struct InSync {
  SnapshotPtr snapshot;
};
/// A batch ended, well or not.
struct Report {
  BatchReport report;
};
/// The app answers after a batch.
struct ReadyReport {
  uint64_t number = 0;
  Timeline timeline;
};
/// Close the channel, and connect again or give up, as the code says.
struct Fail {
  Status status;
};

using Action = std::variant<SendMessages, SendBatch, Rescan, AskBeforeRemoving, InSync, Report,
                            ReadyReport, Fail>;

}  // namespace hawser::sync
