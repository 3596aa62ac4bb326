// A WebSocket client (RFC 6455) for the Kubernetes API server's streaming endpoints.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace hawser::net {

/// How to reach the server and prove who asks.
struct WebSocketOptions {
  std::string host;
  uint16_t port = 443;
  std::string path;                            ///< with query, percent-encoded
  std::string subprotocol;                     ///< offered and required in the answer
  std::map<std::string, std::string> headers;  ///< Authorization and the like: secret, never logged

  bool tls = true;
  std::string ca;           ///< PEM authorities to trust; empty means the system's
  std::string certificate;  ///< PEM client certificate; may be empty
  std::string key;          ///< PEM client key; may be empty
  std::string server_name;  ///< name to verify and send as SNI; empty means `host`
  bool insecure = false;  ///< accept any server certificate (kubeconfig's insecure-skip-tls-verify)

  Duration ping_every =
      std::chrono::seconds(20);  ///< below the idle limits of common load balancers
  size_t max_message = 1 << 20;  ///< a longer incoming message ends the connection
};

/// One connection carrying binary messages. One thread may receive while another sends.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// The next whole message. Pings are answered inside. deadline_exceeded when none came (still
  /// usable); unavailable when the connection ended and all that came before was received, with the
  /// peer's close code and reason when it gave them; cancelled after Close.
  virtual Result<std::string> Receive(Deadline deadline) = 0;
  /// Sends one binary message made of `head` followed by `body`, without copying them together
  /// first where possible.
  virtual Status Send(std::string_view head, std::string_view body, Deadline deadline) = 0;
  /// True once Receive failed because the peer ended the connection in good order (code 1000).
  virtual bool EndedWell() const = 0;
  /// Ends the connection and wakes blocked calls. Any thread, repeatedly.
  virtual void Close() = 0;
};

/// Connects and upgrades. A refusal's HTTP status becomes the code (RefusalStatus), with the body's
/// message (the API server sends a Status object) bounded and included.
/// cancelled as soon as `stop` is asked, except while the host's name is looked up.
Result<std::unique_ptr<WebSocket>> ConnectWebSocket(const WebSocketOptions& options,
                                                    Deadline deadline,
                                                    const std::stop_token& stop = {});

}  // namespace hawser::net
