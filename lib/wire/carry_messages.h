// Messages that carry connections made in the pod to the client's machine.
#pragma once

#include <cstdint>
#include <string>

namespace hawser::wire {

/// Asks the agent to listen on this port of the pod's loopback addresses for as long as the stream
/// lasts. Answered by ListenReply.
struct ListenRequest {
  uint16_t port = 0;
  bool operator==(const ListenRequest&) const = default;
};

/// What became of a ListenRequest. Comes a second time, with trouble, when another client takes the
/// port over.
struct ListenReply {
  uint16_t port = 0;
  std::string trouble;  ///< why the agent does not listen, for people; else empty
  bool operator==(const ListenReply&) const = default;
};

/// Somebody connected to such a port and waits: for a stream of role kCarry that names the arrival,
/// or for ArrivalRefused.
struct Arrival {
  uint64_t id = 0;
  uint16_t port = 0;
  bool operator==(const Arrival&) const = default;
};

/// The client can't serve an arrival: who connected sees a reset.
struct ArrivalRefused {
  uint64_t id = 0;
  bool operator==(const ArrivalRefused&) const = default;
};

/// First message after Hello on a stream of role kCarry. Answered by CarryReply; then both sides
/// send StreamPiece, and StreamEnd as their last.
struct CarryRequest {
  uint64_t id = 0;
  bool operator==(const CarryRequest&) const = default;
};

struct CarryReply {
  uint64_t id = 0;
  std::string trouble;  ///< why the arrival can't be carried, for people; else empty
  bool operator==(const CarryReply&) const = default;
};

/// The next bytes of a carried connection.
struct StreamPiece {
  std::string bytes;  ///< 1 to kMaxStreamPiece
  bool operator==(const StreamPiece&) const = default;
};

/// This direction of a carried connection has ended. A stream that ends without it broke.
struct StreamEnd {
  bool operator==(const StreamEnd&) const = default;
};

}  // namespace hawser::wire
