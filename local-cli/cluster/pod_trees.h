// Asks an agent what its pod holds.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "lib/sync/tree/tree.h"
#include "local-cli/cluster/agents.h"

namespace hawser::cli {

/// What a pod confirmed.
struct PodTree {
  sync::Tree tree;
  bool fresh = false;  ///< nothing was ever confirmed
};

/// Connects to the agent of `pod` as an observer and learns its tree; nodes of `known` do not
/// travel. Failures as ConnectAgent, or the channel's.
Result<PodTree> AskTree(AgentDialer& dialer, const kube::ObjectKey& session, const std::string& pod,
                        const sync::Tree& known, Deadline deadline, const std::stop_token& stop);

/// Learns the tree with the digest `root` over a channel that nobody else reads.
Result<sync::Tree> FetchTree(wire::Channel& channel, const Digest& root, const sync::Tree& known,
                             Deadline deadline);

}  // namespace hawser::cli
