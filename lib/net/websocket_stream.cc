// TCP and TLS behind handlers of one type: the only place where Asio's TLS is instantiated.
#include "lib/net/websocket_stream.h"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>

#include "lib/net/websocket_tls.h"

namespace hawser::net {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Socket = asio::basic_stream_socket<Tcp, WebSocketStream::executor_type>;
using TlsSocket = boost::beast::ssl_stream<Socket&>;

}  // namespace

struct WebSocketStream::Layers {
  Socket socket;
  std::optional<TlsSocket> tls;
};

WebSocketStream::WebSocketStream(asio::io_context& io, UniqueFd fd, asio::ssl::context* tls)
    : layers_(new Layers{.socket = Socket(io.get_executor()), .tls = {}}) {
  // The family of a connected socket does not matter here.
  layers_->socket.assign(Tcp::v4(), fd.Release());
  if (tls != nullptr) layers_->tls.emplace(layers_->socket, *tls);
}

WebSocketStream::~WebSocketStream() = default;

WebSocketStream::executor_type WebSocketStream::get_executor() {
  return layers_->socket.get_executor();
}

void WebSocketStream::Open(const WebSocketOptions& options, std::function<void(Status)> done) {
  if (!layers_->tls)
    return asio::post(get_executor(), [done = std::move(done)] { done(OkStatus()); });
  TlsSocket& tls = *layers_->tls;
  AskForServer(tls.native_handle(), options);
  tls.set_verify_mode(options.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer);
  if (!options.insecure) {
    tls.set_verify_callback(asio::ssl::host_name_verification(ServerName(options)));
  }
  tls.async_handshake(
      asio::ssl::stream_base::client, [&tls, &options, done = std::move(done)](ErrorCode error) {
        done(error ? HandshakeFailure(tls.native_handle(), options, error.message()) : OkStatus());
      });
}

void WebSocketStream::Shutdown() {
  ErrorCode ignored;
  layers_->socket.shutdown(Socket::shutdown_both, ignored);
}

void WebSocketStream::Read(asio::mutable_buffer out, Done done) {
  if (layers_->tls) return layers_->tls->async_read_some(out, std::move(done));
  layers_->socket.async_read_some(out, std::move(done));
}

void WebSocketStream::Write(const Pieces& pieces, Done done) {
  if (layers_->tls) return layers_->tls->async_write_some(pieces, std::move(done));
  layers_->socket.async_write_some(pieces, std::move(done));
}

}  // namespace hawser::net
