// What can happen while ports of the pods lead back here, and what can be done about it: the
// alphabet of ReverseMachine.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "lib/base/status.h"
#include "lib/net/relay.h"
#include "lib/wire/messages.h"
#include "local-cli/cluster/session_news.h"
#include "local-cli/forward/reverse_request.h"
#include "local-cli/render/events.h"

namespace hawser::cli {

/// Identifies a connection from Carry on.
using CarryId = uint64_t;

// What happened, beside what is seen of the session. A pod is named by its uid.
struct AgentReached {
  std::string uid;
  std::string agent_version;
};
struct AgentSaid {
  std::string uid;
  wire::Message message;
};
struct AgentLost {  ///< or never reached
  std::string uid;
  Status reason;
};
struct CarryBegun {
  CarryId carry = 0;
};
struct TargetMissed {  ///< nothing answers where the connection should go to
  CarryId carry = 0;
  Status reason;
};
struct CarryFailed {  ///< the pod's side of it can't be had
  CarryId carry = 0;
  Status reason;
};
struct CarryEnded {
  CarryId carry = 0;
  net::RelayResult result;
};
struct ReverseStopped {};  ///< Ctrl-C
using ReverseInput =
    std::variant<PodsSeen, SessionSeen, SessionGone, ClusterTrouble, AgentReached, AgentSaid,
                 AgentLost, CarryBegun, TargetMissed, CarryFailed, CarryEnded, ReverseStopped>;

// What to do.
struct ReachAgent {
  std::string uid;
  std::string pod;
};
struct LeaveAgent {  ///< nothing more is heard of it
  std::string uid;
};
struct TellAgent {
  std::string uid;
  wire::Message message;
};
struct BeginCarry {
  CarryId carry = 0;
  std::string pod;
  uint64_t arrival = 0;
  ReverseRequest target;
};
struct DropCarry {  ///< nothing more is heard of it
  CarryId carry = 0;
};
struct ReverseDone {
  Status status;
};
using ReverseAction =
    std::variant<ReachAgent, LeaveAgent, TellAgent, BeginCarry, DropCarry, ReverseDone, Event>;

}  // namespace hawser::cli
