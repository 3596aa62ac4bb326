// A connection that does nothing but compare.
#include "local-cli/cluster/pod_trees.h"

#include <utility>

#include "lib/sync/tree/fetch.h"

namespace hawser::cli {

Result<sync::Tree> FetchTree(wire::Channel& channel, const Digest& root, const sync::Tree& known,
                             Deadline deadline) {
  sync::TreeFetch fetch(root, {known});
  std::vector<wire::Message> requests = fetch.Begin();
  while (!fetch.tree().has_value()) {
    if (!requests.empty()) HAWSER_RETURN_IF_ERROR(channel.SendAll(requests, deadline));
    requests.clear();
    HAWSER_ASSIGN_OR_RETURN(const wire::Message answer, channel.Receive(deadline));
    if (const auto* reject = std::get_if<wire::Reject>(&answer)) return RejectStatus(*reject);
    if (const auto* tree = std::get_if<wire::TreeReply>(&answer)) fetch.OnTree(*tree);
    if (const auto* nodes = std::get_if<wire::NodesReply>(&answer)) {
      HAWSER_ASSIGN_OR_RETURN(requests, fetch.OnNodes(*nodes));
    }
  }
  return *fetch.tree();
}

Result<PodTree> AskTree(AgentDialer& dialer, const kube::ObjectKey& session, const std::string& pod,
                        const sync::Tree& known, Deadline deadline, const std::stop_token& stop) {
  HAWSER_ASSIGN_OR_RETURN(
      const AgentConnection connection,
      ConnectAgent(dialer, pod, MakeHello(wire::Role::kObserve, session), deadline, stop));
  if (connection.welcome.tree.IsZero()) return PodTree{.tree = {}, .fresh = true};
  const std::stop_callback stopped(stop, [&] { connection.channel->Close(); });
  HAWSER_ASSIGN_OR_RETURN(sync::Tree tree,
                          FetchTree(*connection.channel, connection.welcome.tree, known, deadline));
  return PodTree{.tree = std::move(tree)};
}

}  // namespace hawser::cli
