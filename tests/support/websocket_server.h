// A WebSocket server whose connections follow a script written by the test.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hawser::testing {

/// The server's end of one connection. Used by one thread.
class ServedWebSocket {
 public:
  virtual ~ServedWebSocket() = default;
  /// Header names of the upgrade request in lower case; ":path" is its target.
  virtual const std::map<std::string, std::string>& headers() const = 0;
  /// The next message; nothing once the connection ended.
  virtual std::optional<std::string> Receive() = 0;
  virtual bool Send(std::string_view message) = 0;
  /// Sends a ping; its pong is seen by the next Receive.
  virtual bool Ping() = 0;
  /// Ends the connection with a close frame.
  virtual void CloseWith(std::string_view reason) = 0;
};

struct WebSocketServerOptions {
  std::string subprotocol;  ///< answered whatever the client offers; empty: none
  int refuse_with = 0;      ///< an HTTP status to answer in place of the upgrade
  std::string refusal_body;
  std::string certificate;  ///< PEM; empty: no TLS
  std::string key;          ///< PEM
  std::function<void(ServedWebSocket&)>
      script;  ///< the connection ends when it returns; null: echo
};

/// Listens on a free port of 127.0.0.1 until it goes away; one thread per connection.
class WebSocketServer {
 public:
  explicit WebSocketServer(WebSocketServerOptions options);
  ~WebSocketServer();
  uint16_t port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hawser::testing
