// The WebSocket client on Boost.Beast. Each connection has one thread that runs its io_context and
// alone touches the stream; Receive and Send hand work to it and wait for the outcome with the
// caller's deadline.
#include "lib/net/websocket.h"

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "lib/base/text.h"
#include "lib/net/connect.h"
#include "lib/net/websocket_refusal.h"
#include "lib/net/websocket_tls.h"

namespace hawser::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using ErrorCode = boost::system::error_code;
using Socket = asio::ip::tcp::socket;
using TlsSocket = beast::ssl_stream<Socket>;

constexpr size_t kWriteBuffer =
    64U << 10;  ///< masked bytes sent at once; Beast's own 4 KiB costs large sends dearly
constexpr size_t kMaxQueued = 64;  ///< messages read ahead of Receive

template <typename Stream>
class Connection final : public WebSocket {
 public:
  /// `context` is null for plain connections.
  Connection(const WebSocketOptions& options, std::unique_ptr<asio::ssl::context> context,
             UniqueFd fd)
      : options_(options), context_(std::move(context)), stream_(MakeStream(std::move(fd))) {}

  ~Connection() override {
    Connection::Close();
    io_.stop();
  }

  /// Shakes hands; to be called once, before anything else.
  Status Open(Deadline deadline) {
    Configure();
    thread_ = std::jthread([this] { io_.run(); });
    asio::post(io_, [this] { StartTls(); });
    std::unique_lock lock(mutex_);
    if (!WaitUntil(lock, deadline, [this] { return open_ || ended_.has_value(); })) {
      End(lock, DeadlineExceededError("no WebSocket handshake in time"));
    }
    return ended_.value_or(OkStatus());
  }

  Result<std::string> Receive(Deadline deadline) override {
    std::unique_lock lock(mutex_);
    if (!WaitUntil(lock, deadline, [this] { return !incoming_.empty() || ended_.has_value(); })) {
      return DeadlineExceededError("no message came in time");
    }
    if (incoming_.empty() || closed_) return *ended_;
    std::string message = std::move(incoming_.front());
    incoming_.pop_front();
    if (std::exchange(paused_, false)) asio::post(io_, [this] { Read(); });
    return message;
  }

  Status Send(std::string_view head, std::string_view body, Deadline deadline) override {
    std::unique_lock lock(mutex_);
    if (ended_) return *ended_;
    sent_.reset();
    asio::post(io_, [this, head, body] { Write(head, body); });
    if (!WaitUntil(lock, deadline, [this] { return sent_.has_value(); })) {
      End(lock, DeadlineExceededError("the message could not be sent in time"));
      // The write still refers to the caller's bytes; the closed socket makes it finish at once.
      changed_.wait(lock, [this] { return sent_.has_value(); });
      return *ended_;
    }
    return *sent_ ? *ended_ : OkStatus();
  }

  void Close() override {
    std::unique_lock lock(mutex_);
    if (std::exchange(closed_, true)) return;
    ended_.reset();
    End(lock, CancelledError("the WebSocket was closed here"));
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, TlsSocket>;

  websocket::stream<Stream> MakeStream(UniqueFd fd) {
    Socket socket(io_);
    socket.assign(asio::ip::tcp::v4(),
                  fd.Release());  // the family of a connected socket does not matter here
    if constexpr (kTls) {
      return websocket::stream<Stream>(TlsSocket(std::move(socket), *context_));
    } else {
      return websocket::stream<Stream>(std::move(socket));
    }
  }

  void Configure() {
    if constexpr (kTls) {
      TlsSocket& tls = stream_.next_layer();
      AskForServer(tls.native_handle(), options_);
      tls.set_verify_mode(options_.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer);
      if (!options_.insecure) {
        tls.set_verify_callback(asio::ssl::host_name_verification(ServerName(options_)));
      }
    }
    stream_.binary(true);
    stream_.auto_fragment(false);
    stream_.write_buffer_bytes(kWriteBuffer);
    stream_.read_message_max(options_.max_message);
    stream_.set_option(websocket::stream_base::timeout{
        .handshake_timeout = websocket::stream_base::none(),
        .idle_timeout =
            2 * options_.ping_every,  // Beast pings at half of this and gives up at the whole
        .keep_alive_pings = true});
    stream_.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
      if (!options_.subprotocol.empty()) {
        request.set(beast::http::field::sec_websocket_protocol, options_.subprotocol);
      }
      for (const auto& [name, value] : options_.headers) request.set(name, value);
    }));
  }

  // Below here: on the io thread.

  void StartTls() {
    if constexpr (kTls) {
      stream_.next_layer().async_handshake(asio::ssl::stream_base::client, [this](ErrorCode error) {
        if (!error) return Upgrade();
        Fail(HandshakeFailure(stream_.next_layer().native_handle(), options_, error.message()));
      });
    } else {
      Upgrade();
    }
  }

  void Upgrade() {
    const std::string host = options_.host + ":" + std::to_string(options_.port);
    stream_.async_handshake(answer_, host, options_.path, [this](ErrorCode error) {
      if (error == websocket::error::upgrade_declined) {
        return Fail(RefusalStatus(answer_.result_int(), answer_.body()));
      }
      if (error)
        return Fail(UnavailableError("the WebSocket handshake failed: " + error.message()));
      if (answer_[beast::http::field::sec_websocket_protocol] != options_.subprotocol) {
        return Fail(UnavailableError("the server does not speak " + options_.subprotocol));
      }
      {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
      }
      Read();
    });
  }

  void Read() {
    stream_.async_read(buffer_, [this](ErrorCode error, size_t) {
      if (error) return Fail(ReadFailure(error));
      std::string message = beast::buffers_to_string(buffer_.data());
      buffer_.clear();
      std::unique_lock lock(mutex_);
      incoming_.push_back(std::move(message));
      changed_.notify_all();
      paused_ = incoming_.size() >= kMaxQueued;
      if (paused_) return;
      lock.unlock();
      Read();
    });
  }

  void Write(std::string_view head, std::string_view body) {
    const std::array<asio::const_buffer, 2> message{asio::buffer(head), asio::buffer(body)};
    stream_.async_write(message, [this](ErrorCode error, size_t) {
      if (error) Fail(UnavailableError("sending failed: " + error.message()));
      const std::lock_guard lock(mutex_);
      sent_ = error;
      changed_.notify_all();
    });
  }

  Status ReadFailure(ErrorCode error) {
    if (error != websocket::error::closed) {
      return UnavailableError("the WebSocket broke: " + error.message());
    }
    const auto& reason = stream_.reason().reason;
    const std::string said = Printable({reason.data(), reason.size()});
    return UnavailableError("the server closed the WebSocket" + (said.empty() ? "" : ": " + said));
  }

  void Fail(Status status) {
    std::unique_lock lock(mutex_);
    End(lock, std::move(status));
  }

  // Any thread.

  /// Keeps the first reason, wakes everyone and lets the io thread close the socket and finish.
  /// `lock` holds mutex_.
  void End(const std::unique_lock<std::mutex>&, Status status) {
    if (!ended_) ended_ = std::move(status);
    changed_.notify_all();
    asio::post(io_, [this] {
      ErrorCode ignored;
      beast::get_lowest_layer(stream_).shutdown(Socket::shutdown_both, ignored);
      beast::get_lowest_layer(stream_).close(ignored);
    });
  }

  template <typename Condition>
  bool WaitUntil(std::unique_lock<std::mutex>& lock, Deadline deadline, Condition ready) {
    if (deadline != kNoDeadline) return changed_.wait_until(lock, deadline, ready);
    changed_.wait(lock, ready);
    return true;
  }

  const WebSocketOptions options_;
  const std::unique_ptr<asio::ssl::context> context_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
  websocket::stream<Stream> stream_;
  websocket::response_type answer_;
  beast::flat_buffer buffer_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> incoming_;
  bool paused_ = false;            ///< the queue is full; Receive starts the next read
  std::optional<ErrorCode> sent_;  ///< outcome of the write in flight
  bool open_ = false;
  bool closed_ = false;
  std::optional<Status> ended_;

  std::jthread thread_;  ///< last, so that it is joined before what it uses goes
};

template <typename Stream>
Result<std::unique_ptr<WebSocket>> Connect(const WebSocketOptions& options,
                                           std::unique_ptr<asio::ssl::context> context,
                                           Deadline deadline) {
  HAWSER_ASSIGN_OR_RETURN(UniqueFd fd, ConnectTcp(options.host, options.port, deadline));
  auto connection =
      std::make_unique<Connection<Stream>>(options, std::move(context), std::move(fd));
  HAWSER_RETURN_IF_ERROR(connection->Open(deadline));
  return connection;
}

}  // namespace

Result<std::unique_ptr<WebSocket>> ConnectWebSocket(const WebSocketOptions& options,
                                                    Deadline deadline) {
  try {
    if (!options.tls) return Connect<Socket>(options, nullptr, deadline);
    HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<asio::ssl::context> context, MakeWebSocketTls(options));
    return Connect<TlsSocket>(options, std::move(context), deadline);
  } catch (const std::exception& error) {
    return InternalError(std::string("WebSocket: ") + error.what());
  }
}

}  // namespace hawser::net
