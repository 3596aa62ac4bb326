// Read, add, apply under the version that was read.
#include "local-cli/cluster/restart_count.h"

#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "lib/kube/object.h"
#include "local-cli/cluster/sessions.h"

namespace hawser::cli {

namespace {

/// Its own: an apply gives up what the last one of the same manager had and this one has not.
constexpr char kManager[] = "hawser-cli-restart";
constexpr int kAttempts = 5;

Status CountOnce(kube::Api& api, const kube::ObjectKey& key, const std::vector<std::string>& pods,
                 WallTime now) {
  HAWSER_ASSIGN_OR_RETURN(const devsession::DevSession session, FindSession(api, key));
  devsession::DirectRestarts restarts;
  if (session.status.direct_restarts) restarts.count = session.status.direct_restarts->count;
  ++restarts.count;
  restarts.last_time = FormatTime(now);
  restarts.pods = pods;
  nlohmann::json object = kube::MakeObject(kDevSessions, key);
  object["metadata"]["resourceVersion"] = session.resource_version;
  object["status"]["directRestarts"] = devsession::ToJson(restarts);
  return api.Apply(kDevSessions, key, object, kManager, true, "status").status();
}

}  // namespace

Status CountRestart(kube::Api& api, const kube::ObjectKey& session,
                    const std::vector<std::string>& pods, WallTime now) {
  Status counted;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    counted = CountOnce(api, session, pods, now);
    if (counted.code() != Code::kAborted) return counted;
  }
  return counted;
}

}  // namespace hawser::cli
