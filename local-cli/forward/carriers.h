// Connections from pods to this machine while they are carried: two streams and a thread each.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <stop_token>
#include <thread>

#include "local-cli/cluster/agents.h"
#include "local-cli/forward/reverse_inputs.h"

namespace hawser::cli {

/// Carries what ReverseMachine decided. All but the sink's calls happen on one thread.
class Carriers {
 public:
  using Sink = std::function<void(ReverseInput)>;

  /// `dialer` must outlive this; `sink` is called on the connections' threads, with CarryBegun,
  /// TargetMissed, CarryFailed and CarryEnded. `on_use` is called there too, when a connection
  /// comes and for each piece that one carries; it may be empty.
  Carriers(AgentDialer& dialer, wire::Hello hello, Sink sink, std::function<void()> on_use = {});
  /// Drops all, and waits for their threads.
  ~Carriers();

  /// Connects to the target, then to the agent, and carries until the connection ends.
  void Begin(const BeginCarry& action);
  void Drop(CarryId id);

 private:
  struct Carrier {
    std::atomic<bool> done = false;
    std::jthread thread;
  };
  void Run(const BeginCarry& action, const std::stop_token& stop);
  Result<std::shared_ptr<wire::Channel>> OpenStream(const BeginCarry& action,
                                                    const std::stop_token& stop);
  void Forget();

  AgentDialer& dialer_;
  const wire::Hello hello_;
  const Sink sink_;
  const std::function<void()> on_use_;
  std::map<CarryId, std::unique_ptr<Carrier>> carriers_;
};

}  // namespace hawser::cli
