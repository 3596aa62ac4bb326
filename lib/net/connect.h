// Connecting sockets with a deadline; the part of dialling that needs no name lookup.
#pragma once

#include <stop_token>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"
#include "lib/net/address.h"

namespace hawser::net {

/// A connected, non-blocking socket; over TCP with TCP_NODELAY and keepalive on. unavailable when
/// refused; cancelled when `stop` is asked.
Result<UniqueFd> ConnectSocket(const Address& address, Deadline deadline,
                               const std::stop_token& stop = {});

/// Breaks the TCP connection once what was sent is not acknowledged for so long.
void LimitUnacknowledged(int fd, Duration limit);

/// Turns on TCP_NODELAY and keepalive.
void TuneTcp(int fd);

/// Looks `host` up and connects to the first of its addresses that answers. unavailable names host
/// and port; cancelled when `stop` is asked, which the look-up does not notice.
Result<UniqueFd> ConnectTcp(const std::string& host, uint16_t port, Deadline deadline,
                            const std::stop_token& stop = {});

}  // namespace hawser::net
