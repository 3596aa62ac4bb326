// hawser ls: who works on what, in a namespace or in all of them.
#include "local-cli/cluster/sessions.h"
#include "local-cli/commands/command.h"

namespace hawser::cli {

Status RunLs(const LsOptions& options, Environment& environment) {
  HAWSER_ASSIGN_OR_RETURN(const Cluster cluster, environment.connect());
  const std::string ns = options.all_namespaces ? "" : cluster.ns;
  Result<std::vector<devsession::DevSession>> sessions = ListSessions(*cluster.api, ns);
  if (sessions.status().code() == Code::kPermissionDenied && options.all_namespaces) {
    return sessions.status().Annotate("all namespaces may not be listed; name one with -n");
  }
  if (!sessions.ok()) return sessions.status();
  environment.renderer.Show(SessionList{.ns = ns,
                                        .sessions = std::move(*sessions),
                                        .now = environment.clock.WallNow(),
                                        .wide = options.wide});
  return OkStatus();
}

}  // namespace hawser::cli
