// A WebSocket server for tests, on Boost.Beast's synchronous calls.
#include "tests/support/websocket_server.h"

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <cctype>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include "lib/base/unique_fd.h"

namespace hawser::testing {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using Tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using Upgrade = http::request<http::string_body>;

std::map<std::string, std::string> HeadersOf(const Upgrade& request) {
  std::map<std::string, std::string> headers{{":path", std::string(request.target())}};
  for (const auto& field : request) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    headers[name] = std::string(field.value());
  }
  return headers;
}

template <typename Stream>
class Served final : public ServedWebSocket {
 public:
  Served(websocket::stream<Stream&, false>& stream, std::map<std::string, std::string> headers)
      : stream_(stream), headers_(std::move(headers)) {}

  const std::map<std::string, std::string>& headers() const override { return headers_; }

  std::optional<std::string> Receive() override {
    beast::flat_buffer buffer;
    ErrorCode error;
    stream_.read(buffer, error);
    if (error) return std::nullopt;
    return beast::buffers_to_string(buffer.data());
  }

  bool Send(std::string_view message) override {
    ErrorCode error;
    stream_.binary(true);
    stream_.write(asio::buffer(message), error);
    return !error;
  }

  bool Ping() override {
    ErrorCode error;
    stream_.ping({}, error);
    return !error;
  }

  void CloseWith(std::string_view reason) override {
    ErrorCode ignored;
    const beast::string_view text(reason.data(), reason.size());
    stream_.close(websocket::close_reason(websocket::close_code::normal, text), ignored);
  }

 private:
  websocket::stream<Stream&, false>& stream_;
  const std::map<std::string, std::string> headers_;
};

void Echo(ServedWebSocket& socket) {
  while (const std::optional<std::string> message = socket.Receive()) {
    if (!socket.Send(*message)) return;
  }
}

template <typename Stream>
void Refuse(Stream& stream, const WebSocketServerOptions& options) {
  http::response<http::string_body> answer(static_cast<http::status>(options.refuse_with), 11);
  answer.body() = options.refusal_body;
  answer.prepare_payload();
  http::write(stream, answer);
}

template <typename Stream>
void ServeOne(Stream& stream, const WebSocketServerOptions& options) {
  beast::flat_buffer buffer;
  Upgrade request;
  http::read(stream, buffer, request);
  if (options.refuse_with != 0) return Refuse(stream, options);
  websocket::stream<Stream&, false> socket(stream);
  socket.read_message_max(64U << 20);
  socket.set_option(websocket::stream_base::decorator([&](websocket::response_type& answer) {
    if (options.subprotocol.empty()) return;
    answer.set(http::field::sec_websocket_protocol, options.subprotocol);
  }));
  socket.accept(request);
  Served<Stream> served(socket, HeadersOf(request));
  options.script ? options.script(served) : Echo(served);
}

}  // namespace

class WebSocketServer::Impl {
 public:
  explicit Impl(WebSocketServerOptions options)
      : options_(std::move(options)),
        acceptor_(io_, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        port_(acceptor_.local_endpoint().port()) {
    if (!options_.certificate.empty()) {
      tls_.use_certificate_chain(asio::buffer(options_.certificate));
      tls_.use_private_key(asio::buffer(options_.key), asio::ssl::context::pem);
    }
    thread_ = std::jthread([this] { Accept(); });
  }

  ~Impl() {
    stopping_ = true;
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
    for (Connection& connection : connections_) {
      ::shutdown(connection.hold.get(), SHUT_RDWR);
    }
  }

  uint16_t port() const { return port_; }

 private:
  struct Connection {
    UniqueFd hold;  // the same socket, for shutting it down while its thread may close it
    Tcp::socket socket;
    std::jthread thread;  // last: joined first
  };

  void Accept() {
    while (!stopping_) {
      ErrorCode error;
      Tcp::socket socket = acceptor_.accept(error);
      if (error) continue;
      UniqueFd hold(::dup(socket.native_handle()));
      Connection& connection =
          connections_.emplace_back(Connection{std::move(hold), std::move(socket), {}});
      connection.thread = std::jthread([this, &connection] { Serve(connection); });
    }
  }

  void Serve(Connection& connection) {
    try {
      Tcp::socket& socket = connection.socket;
      socket.set_option(Tcp::no_delay(true));
      if (options_.certificate.empty()) {
        ServeOne(socket, options_);
      } else {
        asio::ssl::stream<Tcp::socket&> stream(socket, tls_);
        stream.handshake(asio::ssl::stream_base::server);
        ServeOne(stream, options_);
      }
    } catch (const boost::system::system_error&) {
      // The client went away or never was one: what a test of that looks at is the client.
    }
    ::shutdown(connection.hold.get(), SHUT_RDWR);
  }

  const WebSocketServerOptions options_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  asio::io_context io_;
  Tcp::acceptor acceptor_;
  const uint16_t port_;
  std::atomic<bool> stopping_ = false;
  std::list<Connection> connections_;  // of the accepting thread, then of the destructor
  std::jthread thread_;
};

WebSocketServer::WebSocketServer(WebSocketServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
WebSocketServer::~WebSocketServer() = default;
uint16_t WebSocketServer::port() const {
  return impl_->port();
}

}  // namespace hawser::testing
