// Each call runs an asynchronous operation on the caller's thread until it is done or the deadline
// is reached: Boost.Asio's blocking calls know no deadline.
#include "lib/http/client_connection.h"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <optional>

#include "lib/net/connect.h"

namespace hawser::http {
namespace {

namespace asio = boost::asio;
using TlsStream = asio::ssl::stream<asio::ip::tcp::socket&>;

}  // namespace

struct ClientConnection::Layers {
  asio::io_context io{1};
  asio::ip::tcp::socket socket{io};
  std::optional<TlsStream> tls;
};

ClientConnection::ClientConnection(Deadline deadline)
    : deadline_(deadline), layers_(std::make_unique<Layers>()) {}

ClientConnection::~ClientConnection() = default;

/// Calls `start` with a handler for the outcome and waits for that.
template <typename Start>
ClientConnection::ErrorCode ClientConnection::Await(Start start) {
  std::optional<ErrorCode> outcome;
  start([&outcome](ErrorCode error, size_t = 0) { outcome = error; });
  layers_->io.restart();
  layers_->io.run_until(deadline_);
  if (outcome) return *outcome;
  expired_ = true;
  ErrorCode ignored;
  layers_->socket.close(ignored);
  layers_->io.run();  // what was started refers to the caller's memory until it has ended
  return asio::error::timed_out;
}

Status ClientConnection::Open(const BaseUrl& url, asio::ssl::context* tls) {
  Result<UniqueFd> fd = net::ConnectTcp(url.host, url.port, deadline_);
  if (!fd.ok()) {
    expired_ = fd.status().code() == Code::kDeadlineExceeded;
    return UnavailableError(fd.status().message());
  }
  // The family of a connected socket does not matter here.
  layers_->socket.assign(asio::ip::tcp::v4(), fd->get());
  (void)fd->Release();  // only now: assign may throw
  if (tls == nullptr) return OkStatus();
  layers_->tls.emplace(layers_->socket, *tls);
  return ShakeHands(url.host);
}

Status ClientConnection::ShakeHands(const std::string& host) {
  TlsStream& tls = *layers_->tls;
  const ErrorCode error = Await(
      [&](auto done) { tls.async_handshake(asio::ssl::stream_base::client, std::move(done)); });
  if (!error) return OkStatus();
  SSL* const ssl = tls.native_handle();
  const long verified = SSL_get_verify_result(ssl);
  if (verified == X509_V_OK || SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE) {
    return UnavailableError("TLS with " + host + " failed: " + error.message());
  }
  return UnavailableError("the certificate of " + host +
                          " was refused: " + X509_verify_cert_error_string(verified));
}

ClientConnection::ErrorCode ClientConnection::Write(std::string_view bytes) {
  return Await([&](auto done) {
    const asio::const_buffer buffer = asio::buffer(bytes);
    if (layers_->tls) return asio::async_write(*layers_->tls, buffer, std::move(done));
    asio::async_write(layers_->socket, buffer, std::move(done));
  });
}

size_t ClientConnection::Read(asio::mutable_buffer out, ErrorCode& error) {
  size_t count = 0;
  error = Await([&](auto done) {
    const auto counted = [&count, done](ErrorCode failure, size_t read) {
      count = read;
      done(failure);
    };
    if (layers_->tls) return layers_->tls->async_read_some(out, counted);
    layers_->socket.async_read_some(out, counted);
  });
  return count;
}

bool ClientConnection::expired() const {
  return expired_;
}

}  // namespace hawser::http
