// The one stream below a WebSocket, TCP or TLS, so that Beast is instantiated for a single type;
// internal to this folder.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/role.hpp>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "lib/base/status.h"
#include "lib/base/unique_fd.h"
#include "lib/net/websocket.h"

namespace hawser::net {

/// Models Beast's AsyncStream. Used on the thread of its io_context alone; handlers run there.
class WebSocketStream {
 public:
  using executor_type = boost::asio::io_context::executor_type;
  using ErrorCode = boost::system::error_code;
  using Done = std::function<void(ErrorCode, size_t)>;

  /// Takes a connected socket over. `tls` is null for plain TCP and must outlive this.
  WebSocketStream(boost::asio::io_context& io, UniqueFd fd, boost::asio::ssl::context* tls);
  ~WebSocketStream();

  /// Shakes the TLS hands, if any, as `options` say; `done` gets the outcome, see HandshakeFailure.
  void Open(const WebSocketOptions& options, std::function<void(Status)> done);
  /// Ends both directions: what had arrived may still be read.
  void Shutdown();

  executor_type get_executor();

  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    boost::asio::mutable_buffer first;
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         first.size() == 0 && at != boost::asio::buffer_sequence_end(buffers); ++at) {
      first = *at;
    }
    Read(first, Erase(std::forward<Handler>(handler)));
  }

  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    Pieces pieces{};
    auto piece = pieces.begin();
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         piece != pieces.end() && at != boost::asio::buffer_sequence_end(buffers); ++at) {
      if (boost::asio::const_buffer(*at).size() > 0) *piece++ = *at;
    }
    Write(pieces, Erase(std::forward<Handler>(handler)));
  }

 private:
  using Pieces = std::array<boost::asio::const_buffer, 4>;  ///< a frame's head, body and the like
  struct Layers;

  /// Beast's handlers can only be moved.
  template <typename Handler>
  static Done Erase(Handler&& handler) {
    auto shared = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
    return [shared](ErrorCode error, size_t count) { (*shared)(error, count); };
  }

  void Read(boost::asio::mutable_buffer out, Done done);
  void Write(const Pieces& pieces, Done done);

  const std::unique_ptr<Layers> layers_;
};

// What Beast calls to end a stream that it does not know.

inline void beast_close_socket(WebSocketStream& stream) {
  stream.Shutdown();
}

/// After the close frames nothing more is to come, so the peer's end is not waited for.
template <typename Handler>
void async_teardown(boost::beast::role_type, WebSocketStream& stream, Handler&& handler) {
  stream.Shutdown();
  boost::asio::post(stream.get_executor(), [done = std::forward<Handler>(handler)]() mutable {
    done(WebSocketStream::ErrorCode());
  });
}

}  // namespace hawser::net
