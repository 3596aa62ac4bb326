// What a DevSession asks for, in the words of the sync engine and the agent.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/devsession/devsession.h"
#include "lib/sync/send/sender.h"
#include "lib/sync/workspace/rules.h"

namespace hawser::cli {

struct SyncSettings {
  std::vector<sync::Rule> rules;
  sync::SenderOptions sender;
  std::vector<std::string> pull;  ///< workspace globs: what the pod changes there comes back
};

/// Where `rules` go: the roots that the agent may write below. A file's directory is one only where
/// no rule fills what holds it: a file says nothing about what else is there. Depends on whether
/// the rules' sources are files, directories or missing.
std::vector<wire::SyncRoot> RootsOf(const std::vector<sync::Rule>& rules);

/// Translates the session's spec. `workspace` tells what its rules start from. invalid_argument
/// names the field.
Result<SyncSettings> MakeSettings(const devsession::DevSession& session,
                                  const std::string& workspace);

}  // namespace hawser::cli
