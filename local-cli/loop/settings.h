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

/// Translates the session's spec. `workspace` tells whether a rule's source is a file: then its
/// target's directory is the root the agent may write below. invalid_argument names the field.
Result<SyncSettings> MakeSettings(const devsession::DevSession& session,
                                  const std::string& workspace);

}  // namespace hawser::cli
