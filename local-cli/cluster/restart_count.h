// Counts restarts through the command line in the session's status.
#pragma once

#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/kube/api.h"

namespace hawser::cli {

/// Adds one to status.directRestarts of a session, for a command that restarted the app in these
/// pods. Two commands at once count as two. Failures are the server's.
Status CountRestart(kube::Api& api, const kube::ObjectKey& session,
                    const std::vector<std::string>& pods, WallTime now);

}  // namespace hawser::cli
