// Short questions to the agents of several pods at once.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "local-cli/cluster/agents.h"
#include "local-cli/cluster/sessions.h"
#include "local-cli/render/reports.h"

namespace hawser::cli {

/// Which session's agents to ask, and how to reach them.
struct AgentGroup {
  AgentDialer& dialer;
  kube::ObjectKey session;
  std::vector<PodView> pods;
  std::stop_token stop;  ///< asked: whoever has not answered yet is given up
};

/// How long a question waits for a silent agent.
inline constexpr Duration kAskPatience = std::chrono::seconds(3);

/// Asks each agent what it holds and how its app is, all at the same time; a silent one costs
/// `patience`, no more.
std::vector<PodReport> AskStatus(const AgentGroup& group, Duration patience);

/// Asks each agent to restart its app.
std::vector<PodRestart> AskRestart(const AgentGroup& group, Duration patience);

}  // namespace hawser::cli
