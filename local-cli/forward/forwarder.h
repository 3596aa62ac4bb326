// Forwards local ports to a session's pods: the threads around the machine that decides.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "lib/base/bounded_queue.h"
#include "lib/base/clock.h"
#include "local-cli/forward/connections.h"
#include "local-cli/forward/forward_machine.h"
#include "local-cli/forward/local_port.h"

namespace hawser::cli {

/// What a forwarder works with. References must outlive it.
struct ForwardParts {
  PodTunnel& tunnel;
  const Clock& clock;
  LocalPortOptions local;
  std::function<void(const Event&)> show;  ///< called on the thread that runs
  /// Called when a connection comes and for each piece that one carries; cheap, any thread.
  std::function<void()> on_use;
};

/// Keeps local ports open and carries their connections while it runs.
class Forwarder {
 public:
  Forwarder(ForwardParts parts, ForwardMachineOptions options);

  /// What is seen of the session. Any thread; begins before or while it runs.
  void Tell(const SessionNews& news);
  /// Runs until `stop` is asked, which is ok, or the machine ends it. Once. Blocks.
  Status Run(const std::stop_token& stop);

 private:
  struct Arrival {
    PortId port = 0;
    std::unique_ptr<net::ByteStream> stream;
  };
  using Item = std::variant<ForwardInput, Arrival>;

  void Take(Item item);
  void Do(const ForwardMachine::Actions& actions);
  void Do(const OpenPort& action);
  void Do(const ClosePort& action) { acceptors_.erase(action.port); }
  void Do(const OpenTunnel& action) { connections_.Open(action); }
  void Do(const cli::Drop& action) { connections_.Drop(action.connection); }
  void Do(const Cut& action) { connections_.Cut(action.connection); }
  void Do(const ForwardDone& action) { done_ = action.status; }
  void Do(const Event& event) { parts_.show(event); }

  const ForwardParts parts_;
  BoundedQueue<Item> inbox_{4096};
  Connections connections_;
  ForwardMachine machine_;
  std::map<PortId, std::unique_ptr<Acceptor>> acceptors_;
  /// In the inbox. Bounded apart from the rest: whoever waits for a connection's thread must not
  /// wait for room that only the waiting thread can make.
  std::atomic<int> arriving_ = 0;
  ConnectionId last_connection_ = 0;
  std::optional<Status> done_;
};

}  // namespace hawser::cli
