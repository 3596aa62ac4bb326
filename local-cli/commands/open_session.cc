// The cheap checks first: a wrong directory costs no call.
#include "local-cli/commands/open_session.h"

#include <utility>

#include "local-cli/cluster/sessions.h"
#include "local-cli/loop/open_workspace.h"

namespace hawser::cli {

Result<OpenedSession> OpenSession(const std::string& name, const std::string& directory,
                                  const Environment& environment) {
  OpenedSession opened;
  HAWSER_ASSIGN_OR_RETURN(opened.root, WorkspaceDirectory(directory));
  HAWSER_ASSIGN_OR_RETURN(opened.cluster, environment.connect());
  opened.key = {.ns = opened.cluster.ns, .name = name};
  HAWSER_ASSIGN_OR_RETURN(opened.session, FindSession(*opened.cluster.api, opened.key));
  HAWSER_ASSIGN_OR_RETURN(opened.settings, MakeSettings(opened.session, opened.root));
  return opened;
}

}  // namespace hawser::cli
