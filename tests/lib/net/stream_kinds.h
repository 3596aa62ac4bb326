// The kinds of streams of this library, connected for tests.
#pragma once

#include "lib/net/certificate.h"
#include "lib/net/tls.h"
#include "tests/support/memory_pipe.h"

namespace hawser::testing {

/// A connected pair over the loopback interface, and over a unix socket.
StreamPair ConnectTcpPair();
StreamPair ConnectUnixPair();

/// Keys made once per process.
const net::SessionKeys& TestKeys();
net::TlsIdentity ClientIdentity(const net::SessionKeys& keys);
net::TlsIdentity AgentIdentity(const net::SessionKeys& keys);

/// How both sides of a handshake over `pair` ended.
struct Handshake {
  Result<std::unique_ptr<net::ByteStream>> client;
  Result<std::unique_ptr<net::ByteStream>> server;
};

/// Shakes hands over `pair`, the client (first) expecting `server_name`.
Handshake ShakeHands(StreamPair pair, const net::TlsIdentity& client,
                     const net::TlsIdentity& server,
                     const std::string& server_name = net::kAgentServerName);

/// TLS with TestKeys over `pair`.
StreamPair ConnectTlsPair(StreamPair pair);

}  // namespace hawser::testing
