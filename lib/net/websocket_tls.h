// The TLS settings of a WebSocket client, on Boost.Asio; internal to this folder.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "lib/base/result.h"
#include "lib/net/websocket.h"

namespace hawser::net {

/// Trust and client certificate as `options` say; invalid_argument names the part that does not
/// parse.
Result<std::unique_ptr<boost::asio::ssl::context>> MakeWebSocketTls(
    const WebSocketOptions& options);

/// The server name to verify and ask for.
const std::string& ServerName(const WebSocketOptions& options);

/// Sends the server name (SNI, RFC 6066: never for address literals).
void AskForServer(SSL* ssl, const WebSocketOptions& options);

/// Why a handshake failed: unauthenticated when the server's certificate was refused, else
/// unavailable.
Status HandshakeFailure(SSL* ssl, const WebSocketOptions& options, const std::string& error);

}  // namespace hawser::net
