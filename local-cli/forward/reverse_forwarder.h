// Lets a session's pods reach ports of this machine: the threads around the machine that decides.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <utility>

#include "lib/base/bounded_queue.h"
#include "lib/base/clock.h"
#include "local-cli/forward/carriers.h"
#include "local-cli/forward/reverse_links.h"
#include "local-cli/forward/reverse_machine.h"

namespace hawser::cli {

/// What a reverse forwarder works with. References must outlive it.
struct ReverseParts {
  AgentDialer& dialer;
  const Clock& clock;
  std::function<void(const Event&)> show;  ///< called on the thread that runs
  /// Called when a connection comes and for each piece that one carries; cheap, any thread.
  std::function<void()> on_use;
};

/// Keeps the pods' ports open and carries their connections while it runs.
class ReverseForwarder {
 public:
  ReverseForwarder(ReverseParts parts, const ReverseMachineOptions& options);

  /// What is seen of the session. Any thread; begins before or while it runs.
  void Tell(const SessionNews& news);
  /// Runs until `stop` is asked, which is ok, or the machine ends it. Once. Blocks.
  Status Run(const std::stop_token& stop);

 private:
  struct Item {
    uint64_t link = 0;  ///< 0: of no link
    ReverseInput input;
  };

  void Take(const Item& item);
  bool IsStale(const Item& item) const;
  void Do(const ReverseMachine::Actions& actions);
  void Do(const ReachAgent& action) { links_.Reach(action); }
  void Do(const LeaveAgent& action) { links_.Leave(action.uid); }
  void Do(const TellAgent& action) { links_.Tell(action); }
  void Do(const BeginCarry& action) { carriers_.Begin(action); }
  void Do(const DropCarry& action) { carriers_.Drop(action.carry); }
  void Do(const ReverseDone& action) { done_ = action.status; }
  void Do(const Event& event) { parts_.show(event); }

  const ReverseParts parts_;
  BoundedQueue<Item> inbox_{4096};
  ReverseMachine machine_;
  Carriers carriers_;
  ReverseLinks links_;
  std::optional<Status> done_;
};

}  // namespace hawser::cli
