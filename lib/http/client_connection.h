// A client's connection with one deadline for all that it does; internal to this folder.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/http/base_url.h"

namespace hawser::http {

/// TCP or TLS, used by one thread. The clock is looked at between any two pieces that the peer
/// sends, so that one who never stops sending gains no time by that.
class ClientConnection {
 public:
  using ErrorCode = boost::system::error_code;

  explicit ClientConnection(Deadline deadline);
  ~ClientConnection();

  /// Connects and, unless `tls` is null, shakes hands as that context says; it must outlive this.
  /// unavailable otherwise.
  Status Open(const BaseUrl& url, boost::asio::ssl::context* tls);
  /// Sends all of `bytes`.
  ErrorCode Write(std::string_view bytes);
  /// Waits for bytes and returns how many were put into `out`; asio::error::eof at their end.
  size_t Read(boost::asio::mutable_buffer out, ErrorCode& error);

  /// True once a call failed because the deadline was reached.
  bool expired() const;

 private:
  struct Layers;

  Status ShakeHands(const std::string& host);
  template <typename Start>
  ErrorCode Await(Start start);

  const Deadline deadline_;
  bool expired_ = false;
  const std::unique_ptr<Layers> layers_;
};

}  // namespace hawser::http
