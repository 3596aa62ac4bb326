// What is seen of a session in the cluster, as it happens.
#pragma once

#include <variant>
#include <vector>

#include "lib/base/status.h"
#include "lib/devsession/devsession.h"
#include "local-cli/cluster/sessions.h"

namespace hawser::cli {

struct PodsSeen {  ///< all pods of the session, ending ones too
  std::vector<PodView> pods;
};
struct SessionSeen {
  devsession::DevSession session;
};
struct SessionGone {};
struct ClusterTrouble {
  Status status;
};
using SessionNews = std::variant<PodsSeen, SessionSeen, SessionGone, ClusterTrouble>;

}  // namespace hawser::cli
