// TCP and unix-domain streams over non-blocking sockets.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "lib/net/stream.h"

namespace hawser::net {

/// Connects to `host`:`port` (name or literal address), with TCP_NODELAY and keepalive on.
/// unavailable names the address.
Result<std::unique_ptr<ByteStream>> DialTcp(const std::string& host, uint16_t port,
                                            Deadline deadline);

/// Connects to the unix socket at `path`.
Result<std::unique_ptr<ByteStream>> DialUnix(const std::string& path, Deadline deadline);

/// Wraps an already connected stream socket and owns it.
std::unique_ptr<ByteStream> AdoptSocket(int fd, std::string peer);

/// A TCP listener and the port it got.
struct TcpListener {
  std::unique_ptr<Listener> listener;
  uint16_t port = 0;
};

/// Listens on `address` (a literal, "0.0.0.0", "::" or "127.0.0.1") and `port`; port 0 picks a free
/// one.
Result<TcpListener> ListenTcp(const std::string& address, uint16_t port);

/// Listens on a unix socket at `path`, replacing a dead one, with permissions `mode`.
Result<std::unique_ptr<Listener>> ListenUnix(const std::string& path, mode_t mode);

}  // namespace hawser::net
