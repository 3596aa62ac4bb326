// Where push, plan and pull begin: a session, and a directory as the session's rules see it.
#pragma once

#include <string>

#include "lib/devsession/devsession.h"
#include "local-cli/commands/command.h"
#include "local-cli/loop/settings.h"

namespace hawser::cli {

struct OpenedSession {
  Cluster cluster;
  kube::ObjectKey key;
  devsession::DevSession session;
  SyncSettings settings;
  std::string root;  ///< the workspace, canonical
};

/// Connects, and reads the session named `name`. invalid_argument when `directory` is none or the
/// session's sync rules don't suit it; not_found when there is no such session.
Result<OpenedSession> OpenSession(const std::string& name, const std::string& directory,
                                  const Environment& environment);

}  // namespace hawser::cli
