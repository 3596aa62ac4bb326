// The one way to speak HTTP: requests and answers as values, behind an interface that hides the
// library.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace hawser::http {

struct Request {
  std::string method = "GET";
  std::string path;  ///< with query, percent-encoded, relative to the transport's base URL
  std::map<std::string, std::string> headers;  ///< may hold Authorization: secret, never logged
  std::string body;
  Duration timeout = std::chrono::seconds(30);
  size_t max_body = 64U << 20;  ///< a longer answer is resource_exhausted
};

/// Receives a streamed body piece by piece. Returning a failure ends the stream with it.
using ChunkSink = std::function<Status(std::string_view chunk)>;

/// Writes a served body piece by piece until it is complete (ok), `send` fails because the client
/// went away, or `stop` is asked because the server ends. Another failure breaks the connection, so
/// that the client sees a cut body.
using BodyProducer = std::function<Status(const ChunkSink& send, std::stop_token stop)>;

struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  BodyProducer producer;  ///< servers only: sends the body in chunks, in place of `body`
};

/// Sends requests to one base URL. Thread-safe; calls block their caller. Library exceptions end in
/// here.
class Sender {
 public:
  virtual ~Sender() = default;

  /// Any HTTP status is an answer, not a failure. unavailable when there was no answer;
  /// deadline_exceeded on timeout.
  virtual Result<Response> Send(const Request& request) = 0;
};

/// A sender that also hands an answer's body on while it comes.
class Transport : public Sender {
 public:
  /// Sends, then hands the body of a 2xx answer to `sink` as it arrives until the server ends it
  /// (ok), `stop` asks (cancelled), nothing arrived for `request.timeout` (deadline_exceeded), or
  /// the connection broke (unavailable). For another status nothing is handed on and the answer
  /// comes back with its body.
  virtual Result<Response> Stream(const Request& request, const ChunkSink& sink,
                                  std::stop_token stop) = 0;
};

/// Where and how to connect.
struct TransportOptions {
  std::string base_url;     ///< "https://127.0.0.1:6443"
  std::string ca;           ///< PEM authorities; empty means the system's
  std::string certificate;  ///< PEM client certificate; may be empty
  std::string key;          ///< PEM client key; may be empty; secret
  std::string server_name;  ///< name to verify instead of the URL's host; may be empty
  bool insecure = false;    ///< accept any server certificate
};

/// The real transport. invalid_argument when the URL or a PEM part does not parse.
Result<std::unique_ptr<Transport>> MakeTransport(const TransportOptions& options);

/// For servers that may mean ill: each request has a connection of its own, which is over after
/// `request.timeout` whatever the server does meanwhile (only the look-up of its name takes the
/// time that it takes), and more than 64 KiB of headers are resource_exhausted, too.
/// invalid_argument as above.
Result<std::unique_ptr<Sender>> MakeBoundedSender(const TransportOptions& options);

/// Serves HTTP on a local address: health, metrics, and the fake servers of tests.
class Server {
 public:
  /// Ends every connection and waits for handlers to return.
  virtual ~Server() = default;
  virtual uint16_t port() const = 0;
};

/// Answers one request; called on the server's threads, several at once. Header names come in lower
/// case.
using Handler = std::function<Response(const Request&)>;

/// Where to serve, and with which TLS if any.
struct ServerOptions {
  std::string address = "127.0.0.1";  ///< a literal; "::" is every address, of IPv4 too
  uint16_t port = 0;                  ///< 0 picks a free one
  std::string certificate;            ///< PEM; empty: plain HTTP
  std::string key;                    ///< PEM; secret
  std::string client_ca;  ///< PEM; when given, clients must present a certificate it signed
};

/// Starts serving; stops when the result goes away.
Result<std::unique_ptr<Server>> Serve(const ServerOptions& options, Handler handler);

/// Starts serving plain HTTP on `address`:`port` (0 picks a free one).
Result<std::unique_ptr<Server>> Serve(const std::string& address, uint16_t port, Handler handler);

}  // namespace hawser::http
