// What can happen to the agent's hub, and what it asks for: the alphabet of Hub::Step.
#pragma once

#include <cstdint>
#include <variant>

#include "lib/wire/messages.h"

namespace hawser::agent {

/// Names one connection, client or supervisor, for as long as the agent runs.
using PeerId = uint64_t;

// What happened.
struct ClientOpened {
  PeerId peer = 0;
  wire::Hello hello;
};
struct ClientMessage {
  PeerId peer = 0;
  wire::Message message;
};
struct SupervisorOpened {
  PeerId peer = 0;
  wire::SupervisorHello hello;
};
struct SupervisorMessage {
  PeerId peer = 0;
  wire::Message message;
};
struct ProbeMessage {
  PeerId peer = 0;
  wire::Message message;
};  ///< `hawser-agent probe`, on the unix socket
struct PeerClosed {
  PeerId peer = 0;
};
struct AppReady {
  uint64_t number = 0;
};  ///< the ready port accepts after batch `number`
struct RestartWanted {
  wire::RestartOrder request;
};  ///< what the pod's annotation asks for
using HubInput = std::variant<ClientOpened, ClientMessage, SupervisorOpened, SupervisorMessage,
                              ProbeMessage, PeerClosed, AppReady, RestartWanted>;

// What to do, in order.
struct Send {
  PeerId peer = 0;
  wire::Message message;
  bool optional = false;  ///< left out while the peer lags behind
};
struct Close {
  PeerId peer = 0;
  wire::Reject reject;
};  ///< tell it why, then end the stream
struct WatchReady {
  uint64_t number = 0;
  uint16_t port = 0;
};
using HubOutput = std::variant<Send, Close, WatchReady>;

}  // namespace hawser::agent
