// A batch from its plan to its result.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "lib/sync/send/actions.h"
#include "lib/sync/send/batch_request.h"
#include "lib/sync/send/follow_up.h"
#include "lib/sync/send/plan.h"
#include "lib/sync/send/sums_inquiry.h"
#include "lib/sync/send/timeline.h"
#include "lib/sync/workspace/snapshot.h"

namespace hawser::sync {

/// What the sender knows of one batch. Others see it through a BatchRequest, which keeps it alive.
struct InFlight {
  SnapshotPtr snapshot;  ///< what the batch leads to: the workspace, or a tree on the way there
  std::string alone;     ///< see Waypoint
  SnapshotPtr before;    ///< where the confirmed tree came from; may be null
  Tree confirmed;
  Digest base_tree;
  SyncPlan plan;
  Consequences consequences;
  uint64_t number = 0;
  std::optional<SumsInquiry> inquiry;  ///< what the pod was asked before
  std::set<uint32_t> send_whole;
  BatchCost cost;
  Timeline timeline;
  AgentPhases phases;
  TimePoint waiting_since{};  ///< for the pod's answer to what was sent last
};

/// What WriteBatch takes; `held` must outlive its use.
BatchRequest MakeRequest(const std::shared_ptr<InFlight>& batch, const HeldContent& held);

/// What is told of the batch once its result is there.
BatchReport MakeReport(const InFlight& batch, const wire::BatchResult& result);

}  // namespace hawser::sync
