// Whether the condition Synced still tells the truth about the pods that are there now.
#pragma once

#include <optional>
#include <vector>

#include "controller/plan/status.h"
#include "lib/devsession/devsession.h"
#include "lib/kube/cache.h"

namespace hawser::controller {

/// What the controller says of `Synced`; nothing while the condition is the command line's and
/// true. `pods` are those that count (LivePods). A pod holds the workspace when the command line
/// reported its tree, under the uid that it has now.
std::optional<Verdict> SyncedVerdict(const devsession::DevSession& session,
                                     const std::vector<kube::ObjectPtr>& pods);

}  // namespace hawser::controller
