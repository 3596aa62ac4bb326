// Connections to the agents of a session's pods that listen for this machine: one each, heard on a
// thread of its own.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "local-cli/cluster/agents.h"
#include "local-cli/forward/reverse_inputs.h"

namespace hawser::cli {

/// All but the sink's calls happen on one thread.
class ReverseLinks {
 public:
  /// News of the link with this number; see IsCurrent.
  using Sink = std::function<void(uint64_t link, ReverseInput)>;

  /// `dialer` must outlive this; `sink` is called on the links' threads.
  ReverseLinks(AgentDialer& dialer, wire::Hello hello, Sink sink);
  /// Leaves all, and waits for their threads.
  ~ReverseLinks();

  /// Connects to the agent of a pod, in place of an earlier connection to it.
  void Reach(const ReachAgent& action);
  void Leave(const std::string& uid);
  /// A failure is heard of as the link's end.
  void Tell(const TellAgent& action);
  /// False for what an earlier link to the pod said before it was left.
  bool IsCurrent(const std::string& uid, uint64_t link) const;

 private:
  struct Link {
    uint64_t number = 0;
    std::mutex mutex;
    std::shared_ptr<wire::Channel> channel;  ///< null until it is up
    std::atomic<bool> done = false;
    std::jthread thread;
  };
  void Run(Link& link, const ReachAgent& action, const std::stop_token& stop);
  Status Hear(Link& link, const ReachAgent& action, const std::stop_token& stop);
  void Forget();

  AgentDialer& dialer_;
  const wire::Hello hello_;
  const Sink sink_;
  uint64_t last_ = 0;
  std::map<std::string, std::unique_ptr<Link>> links_;  ///< by the pod's uid
  std::list<std::unique_ptr<Link>> leaving_;            ///< that may still have a thread
};

}  // namespace hawser::cli
