// One served HTTP connection, on Boost.Beast's synchronous calls.
#include "lib/http/connection.h"

#include <sys/socket.h>

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <utility>

#include "lib/http/message_text.h"

namespace hawser::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using ErrorCode = boost::system::error_code;
using IncomingRequest = bhttp::request<bhttp::string_body>;

constexpr auto kRequestTime =
    std::chrono::seconds(60);  ///< idle time and reading a request together
constexpr uint32_t kMaxHeader = 64U << 10;
constexpr uint64_t kMaxBody = 64U << 20;
constexpr unsigned kHttp11 = 11;

Request ToRequest(const IncomingRequest& message) {
  Request request{.method = std::string(message.method_string()),
                  .path = std::string(message.target()),
                  .body = message.body()};
  for (const auto& field : message) {
    const beast::string_view name = field.name_string();
    request.headers[LowerCase({name.data(), name.size()})] = std::string(field.value());
  }
  return request;
}

Response CallHandler(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    return {.status = 500, .body = error.what()};
  }
}

template <typename Message>
void SetHead(Message& message, const Response& response, bool keep_alive) {
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep_alive);
}

template <typename Stream>
bool WriteWhole(Stream& stream, const Response& response, bool keep_alive) {
  bhttp::response<bhttp::string_body> message;
  message.version(kHttp11);
  SetHead(message, response, keep_alive);
  message.body() = response.body;
  message.prepare_payload();
  ErrorCode error;
  bhttp::write(stream, message, error);
  return !error;
}

template <typename Stream>
bool WriteChunked(Stream& stream, const Response& response, bool keep_alive, std::stop_token stop) {
  bhttp::response<bhttp::empty_body> message;
  message.version(kHttp11);
  SetHead(message, response, keep_alive);
  message.chunked(true);
  bhttp::response_serializer<bhttp::empty_body> serializer(message);
  ErrorCode error;
  bhttp::write_header(stream, serializer, error);
  if (error) return false;
  const Status status = response.producer(
      [&](std::string_view chunk) {
        if (chunk.empty()) return OkStatus();  // an empty chunk would end the body
        asio::write(stream, bhttp::make_chunk(asio::buffer(chunk)), error);
        return error ? UnavailableError("the client went away: " + error.message()) : OkStatus();
      },
      std::move(stop));
  if (!status.ok() || error) return false;
  asio::write(stream, bhttp::make_chunk_last(), error);
  return !error;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, asio::ssl::context* tls,
                       const Handler& handler)
    : socket_(std::move(socket)),
      tls_(tls),
      handler_(handler),
      due_((std::chrono::steady_clock::now() + kRequestTime).time_since_epoch().count()) {}

void Connection::Run() {
  try {
    Serve();
  } catch (const std::exception&) {
    // The client's bytes made the library give up; the connection ends like any broken one.
  }
  Stop();
  done_ = true;
}

void Connection::Stop() {
  stop_.request_stop();
  ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

void Connection::StopIfOverdue(TimePoint now) {
  const Duration::rep due = due_;
  if (due != 0 && due < now.time_since_epoch().count()) Stop();
}

void Connection::Serve() {
  socket_.set_option(asio::ip::tcp::no_delay(true));
  if (tls_ == nullptr) return ServeRequests(socket_);
  asio::ssl::stream<asio::ip::tcp::socket&> stream(socket_, *tls_);
  stream.handshake(asio::ssl::stream_base::server);
  ServeRequests(stream);
}

template <typename Stream>
void Connection::ServeRequests(Stream& stream) {
  beast::flat_buffer buffer;
  bool keep_alive = true;
  while (keep_alive && !stop_.stop_requested()) {
    due_ = (std::chrono::steady_clock::now() + kRequestTime).time_since_epoch().count();
    bhttp::request_parser<bhttp::string_body> parser;
    parser.header_limit(kMaxHeader);
    parser.body_limit(kMaxBody);
    bhttp::read(stream, buffer, parser);
    due_ = 0;
    keep_alive = Answer(stream, parser.get());
  }
}

template <typename Stream, typename Message>
bool Connection::Answer(Stream& stream, const Message& request) {
  const Response response = CallHandler(handler_, ToRequest(request));
  const bool keep_alive = request.keep_alive();
  const bool sent = response.producer
                        ? WriteChunked(stream, response, keep_alive, stop_.get_token())
                        : WriteWhole(stream, response, keep_alive);
  return sent && keep_alive;
}

}  // namespace hawser::http
