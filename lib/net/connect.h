// Connecting sockets with a deadline; the part of dialling that needs no name lookup.
#pragma once

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"
#include "lib/net/address.h"

namespace hawser::net {

/// A connected, non-blocking socket; over TCP with TCP_NODELAY and keepalive on. unavailable when
/// refused.
Result<UniqueFd> ConnectSocket(const Address& address, Deadline deadline);

/// Turns on TCP_NODELAY and keepalive.
void TuneTcp(int fd);

/// Looks `host` up and connects to the first of its addresses that answers. unavailable names host
/// and port.
Result<UniqueFd> ConnectTcp(const std::string& host, uint16_t port, Deadline deadline);

}  // namespace hawser::net
