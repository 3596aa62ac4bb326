// What can happen while ports are forwarded, and what can be done about it: the alphabet of
// ForwardMachine.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/status.h"
#include "lib/net/relay.h"
#include "local-cli/cluster/session_news.h"
#include "local-cli/forward/port_request.h"
#include "local-cli/render/events.h"

namespace hawser::cli {

/// Identify a local port, and a connection, from OpenPort and Accepted on.
using PortId = uint64_t;
using ConnectionId = uint64_t;

// What happened, beside what is seen of the session.
struct PortOpen {
  PortId port = 0;
  std::vector<std::string> addresses;
  uint16_t local = 0;
  std::string taken_by;  ///< whoever has the port that was asked for, when this is another
};
struct PortRefused {
  PortId port = 0;
  Status reason;
};
struct Accepted {
  ConnectionId connection = 0;
  PortId port = 0;
  std::string from;
};
struct TunnelOpen {
  ConnectionId connection = 0;
};
struct TunnelFailed {
  ConnectionId connection = 0;
  Status reason;
};
struct HalfOpen {  ///< the local side sends no more; the pod can't be told
  ConnectionId connection = 0;
};
struct Ended {
  ConnectionId connection = 0;
  net::RelayResult result;
};
struct ForwardStopped {};  ///< Ctrl-C
using ForwardInput =
    std::variant<PodsSeen, SessionSeen, SessionGone, ClusterTrouble, PortOpen, PortRefused,
                 Accepted, TunnelOpen, TunnelFailed, HalfOpen, Ended, ForwardStopped>;

// What to do.
struct OpenPort {
  PortId port = 0;
  uint16_t local = 0;  ///< 0: any free one
};
struct ClosePort {  ///< its connections stay
  PortId port = 0;
};
struct OpenTunnel {
  ConnectionId connection = 0;
  std::string pod;
  uint16_t port = 0;
};
struct Drop {  ///< forget the connection, whatever its state; nothing more is heard of it
  ConnectionId connection = 0;
};
struct Cut {  ///< end a connection that has a tunnel; Ended tells what it had carried
  ConnectionId connection = 0;
};
struct ForwardDone {
  Status status;
};
using ForwardAction = std::variant<OpenPort, ClosePort, OpenTunnel, Drop, Cut, ForwardDone, Event>;

}  // namespace hawser::cli
