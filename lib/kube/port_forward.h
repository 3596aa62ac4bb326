// The byte stream inside a port-forward's WebSocket messages.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lib/net/stream.h"
#include "lib/net/websocket.h"

namespace hawser::kube {

/// Speaks v4.channel.k8s.io over `socket` for one port: the first byte of each message is the
/// channel (0 data, 1 error), the first message of each channel is the port in two bytes, little
/// endian. `peer` is the stream's name in messages.
std::unique_ptr<net::ByteStream> MakePortForwardStream(std::unique_ptr<net::WebSocket> socket,
                                                       uint16_t port, std::string peer);

}  // namespace hawser::kube
