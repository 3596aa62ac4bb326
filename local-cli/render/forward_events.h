// What happens while ports are forwarded, as plain values for the renderer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/clock.h"

namespace hawser::cli {

/// A local port leads to the pods from now on.
struct PortForwarded {
  std::string name;  ///< of the pods' port, or its number
  std::vector<std::string> addresses;
  uint16_t local = 0;
  uint16_t remote = 0;
  uint16_t wanted =
      0;  ///< the local port that was asked for; another than `local` when it was taken
  std::string taken_by;  ///< by whom, then; "" when unknown
  bool operator==(const PortForwarded&) const = default;
};

/// A local port that the session does not ask for any more is closed.
struct PortClosed {
  std::string name;
  uint16_t local = 0;
  bool operator==(const PortClosed&) const = default;
};

/// A port of a pod leads to this machine from now on.
struct PortReversed {
  std::string pod;
  uint16_t remote = 0;
  std::string target;  ///< "localhost:3000"
  bool operator==(const PortReversed&) const = default;
};

/// A connection has reached a pod, or one of a pod has reached this machine.
struct ConnectionOpened {
  uint64_t connection = 0;  ///< counts from 1
  std::string name;         ///< of the port
  std::string pod;
  std::string from;  ///< address of who connected; when reversed, where it leads to
  bool reverse = false;
  bool operator==(const ConnectionOpened&) const = default;
};

/// Such a connection is over.
struct ConnectionClosed {
  uint64_t connection = 0;
  std::string name;
  std::string pod;
  uint64_t up = 0;    ///< bytes to the pod
  uint64_t down = 0;  ///< bytes from the pod
  Duration lasted{};
  std::string error;  ///< why it broke; "" when either side ended it
  bool reverse = false;
  bool operator==(const ConnectionClosed&) const = default;
};

}  // namespace hawser::cli
