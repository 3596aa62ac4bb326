// The WebSocket client on Boost.Beast. Each connection has one thread that runs its io_context and
// alone touches the stream; Receive and Send hand work to it and wait for the outcome with the
// caller's deadline.
#include "lib/net/websocket.h"

#include <array>
#include <atomic>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "lib/base/text.h"
#include "lib/net/connect.h"
#include "lib/net/websocket_refusal.h"
#include "lib/net/websocket_stream.h"
#include "lib/net/websocket_tls.h"

namespace hawser::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using ErrorCode = boost::system::error_code;
/// Without compression: what we send is compressed already.
using Stream = websocket::stream<WebSocketStream, /*deflateSupported=*/false>;

constexpr size_t kWriteBuffer =
    64U << 10;  ///< masked bytes sent at once; Beast's own 4 KiB costs large sends dearly
constexpr size_t kMaxQueued = 64;  ///< messages read ahead of Receive

class Connection final : public WebSocket {
 public:
  /// `context` is null for plain connections.
  Connection(const WebSocketOptions& options, std::unique_ptr<asio::ssl::context> context,
             UniqueFd fd)
      : options_(options),
        context_(std::move(context)),
        stream_(io_, std::move(fd), context_.get()) {}

  ~Connection() override {
    Connection::Close();
    io_.stop();
  }

  /// Shakes hands; to be called once, before anything else. cancelled when `stop` was asked.
  Status Open(Deadline deadline, const std::stop_token& stop) {
    Configure();
    thread_ = std::jthread([this] { io_.run(); });
    asio::post(io_, [this] {
      stream_.next_layer().Open(
          options_, [this](const Status& opened) { opened.ok() ? Upgrade() : Fail(opened); });
    });
    const std::stop_callback cancel(stop, [this] { Close(); });
    std::unique_lock lock(mutex_);
    if (!WaitUntil(lock, deadline, [this] { return open_ || ended_.has_value(); })) {
      End(lock, DeadlineExceededError("no WebSocket handshake in time"));
    }
    // The server may have said something and ended already: Receive tells.
    return open_ && !closed_ ? OkStatus() : *ended_;
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
      // The write still refers to the caller's bytes; the ended socket makes it finish at once.
      changed_.wait(lock, [this] { return sent_.has_value(); });
      return *ended_;
    }
    return sent_->ok() || !ended_ ? *sent_ : *ended_;
  }

  bool EndedWell() const override { return ended_well_; }

  void Close() override {
    std::unique_lock lock(mutex_);
    if (std::exchange(closed_, true)) return;
    ended_.reset();
    End(lock, CancelledError("the WebSocket was closed here"));
  }

 private:
  void Configure() {
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
      // Beast aborts a write because the server is closing; anything else ends the reading too.
      // What came before is still read, and the reader knows best why it ended.
      if (error && error != asio::error::operation_aborted) stream_.next_layer().Shutdown();
      const std::lock_guard lock(mutex_);
      sent_ = error ? UnavailableError("sending failed: " + error.message()) : OkStatus();
      changed_.notify_all();
    });
  }

  Status ReadFailure(ErrorCode error) {
    if (error != websocket::error::closed) {
      return UnavailableError("the WebSocket broke: " + error.message());
    }
    const auto& [code, reason] = stream_.reason();
    ended_well_ = code == websocket::close_code::normal;
    const std::string said = Printable({reason.data(), reason.size()});
    return UnavailableError("the server closed the WebSocket with code " + std::to_string(code) +
                            (said.empty() ? "" : ": " + said));
  }

  void Fail(Status status) {
    std::unique_lock lock(mutex_);
    End(lock, std::move(status));
  }

  // Any thread.

  /// Keeps the first reason, wakes everyone and lets the io thread end the socket and finish.
  /// `lock` holds mutex_.
  void End(const std::unique_lock<std::mutex>&, Status status) {
    if (!ended_) ended_ = std::move(status);
    changed_.notify_all();
    asio::post(io_, [this] { stream_.next_layer().Shutdown(); });
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
  Stream stream_;
  websocket::response_type answer_;
  beast::flat_buffer buffer_;

  std::atomic<bool> ended_well_ = false;  ///< set before the reason is
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> incoming_;
  bool paused_ = false;         ///< the queue is full; Receive starts the next read
  std::optional<Status> sent_;  ///< outcome of the write in flight
  bool open_ = false;
  bool closed_ = false;
  std::optional<Status> ended_;

  std::jthread thread_;  ///< last, so that it is joined before what it uses goes
};

Result<std::unique_ptr<WebSocket>> Connect(const WebSocketOptions& options, Deadline deadline,
                                           const std::stop_token& stop) {
  std::unique_ptr<asio::ssl::context> context;
  if (options.tls) {
    HAWSER_ASSIGN_OR_RETURN(context, MakeWebSocketTls(options));
  }
  HAWSER_ASSIGN_OR_RETURN(UniqueFd fd, ConnectTcp(options.host, options.port, deadline, stop));
  auto connection = std::make_unique<Connection>(options, std::move(context), std::move(fd));
  HAWSER_RETURN_IF_ERROR(connection->Open(deadline, stop));
  return connection;
}

}  // namespace

Result<std::unique_ptr<WebSocket>> ConnectWebSocket(const WebSocketOptions& options,
                                                    Deadline deadline,
                                                    const std::stop_token& stop) {
  try {
    return Connect(options, deadline, stop);
  } catch (const std::exception& error) {
    return InternalError(std::string("WebSocket: ") + error.what());
  }
}

}  // namespace hawser::net
