// The supervisor's connection to the agent: lost and made again for ever.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "agent/log_ring.h"
#include "agent/peer.h"
#include "agent/supervise/pull_server.h"
#include "agent/supervise/supervisor.h"

namespace hawser::agent {

/// Connects to the agent's unix socket on a thread of its own, retrying after 50 ms at first and at
/// most 2 s. The app's output goes to the agent from the ring, without passing the supervisor's
/// loop.
class AgentLink {
 public:
  /// `deliver` takes AgentConnected and AgentSaid, on the link's thread, and may block. `ring` must
  /// outlive the link.
  /// What clients ask about the files below `container_root` is answered beside the loop too.
  AgentLink(std::string socket, const std::string& container_root, LogRing& ring,
            std::function<void(SupervisorEvent)> deliver);
  ~AgentLink();

  /// Queues a message for the agent; drops it when there is no connection. A connection begins with
  /// SupervisorHello: whatever comes before it is dropped too.
  void Send(wire::Message message);

  /// Waits until what was sent has left this process, or `deadline` passed.
  void Flush(Deadline deadline);

 private:
  void Run(const std::stop_token& stop);
  void Converse(const std::shared_ptr<Peer>& peer);
  /// True when the message was for the pull server alone.
  bool Pulls(const wire::Message& message);
  void Use(std::shared_ptr<Peer> peer);

  const std::string socket_;
  LogRing& ring_;
  const std::function<void(SupervisorEvent)> deliver_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::shared_ptr<Peer> peer_;
  bool greeted_ = false;  ///< SupervisorHello went out on peer_
  PullServer pulls_;
  std::jthread thread_;
};

}  // namespace hawser::agent
