// Runs a push: the threads around the machine that decides.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "local-cli/cluster/agents.h"
#include "local-cli/cluster/session_news.h"
#include "local-cli/loop/push_machine.h"
#include "local-cli/loop/settings.h"
#include "local-cli/render/renderer.h"

namespace hawser::cli {

/// What a push works with. References must outlive it.
struct PushParts {
  kube::Api& api;
  AgentDialer& dialer;
  Renderer& renderer;
  const Clock& clock;
  std::stop_token stop;
  std::function<void(const SessionNews&)> listener;  ///< hears what is seen too; any thread
  std::function<void()> on_change;   ///< the workspace was read, or changed; cheap, any thread
  std::function<void()> on_settled;  ///< of a watch: every pod has it for the first time; cheap
  bool poll = false;  ///< look for changes again and again, though the kernel could tell of them
};

/// Pushes `workspace` until the machine says that it is done: its last word. Failures before the
/// first scan (a workspace that can't be read, a watch limit) come back the same way. Blocks.
Finish RunPushLoop(const PushParts& parts, PushMachineOptions options, const SyncSettings& settings,
                   const std::string& workspace);

}  // namespace hawser::cli
