// The HTTP client for servers that may mean ill, on Boost.Beast's parser: cpprestsdk's reads
// headers without a limit.
#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <limits>
#include <optional>
#include <sstream>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/version.h"
#include "lib/http/base_url.h"
#include "lib/http/client_connection.h"
#include "lib/http/message_text.h"
#include "lib/http/tls_settings.h"
#include "lib/http/transport.h"

namespace hawser::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using AnswerParser = bhttp::response_parser<bhttp::string_body>;

constexpr size_t kMaxAnswerHead = 64U << 10;
/// Of bytes read and not yet parsed: a chunk's header and the fields behind the last one are parsed
/// as a whole.
constexpr size_t kMaxUnparsed = 2 * kMaxAnswerHead;

/// What Beast reads from: the connection, up to a number of bytes. Its own limit does not count the
/// lines of a head that it has parsed when more of them come, nor heads that come before the last.
class BoundedSource {
 public:
  explicit BoundedSource(ClientConnection& connection) : connection_(connection) {}

  /// How many more bytes may be read.
  void Allow(size_t bytes) { allowed_ = bytes; }

  template <typename Buffers>
  size_t read_some(const Buffers& buffers, beast::error_code& error) {
    const asio::mutable_buffer out = asio::buffer(*asio::buffer_sequence_begin(buffers), allowed_);
    if (out.size() == 0) {
      error = bhttp::error::header_limit;
      return 0;
    }
    const size_t count = connection_.Read(out, error);
    allowed_ -= count;
    return count;
  }

  /// Declared for Beast's check of what a stream must have; never called.
  template <typename Buffers>
  size_t read_some(const Buffers& buffers);

 private:
  ClientConnection& connection_;
  size_t allowed_ = 0;
};

/// Nothing that came from outside may end the line that it is put into.
Status CheckRequest(const Request& request) {
  if (!IsVisibleAscii(request.path)) {
    return InvalidArgumentError("the path holds a character that must be percent-encoded");
  }
  for (const auto& [name, value] : request.headers) {
    if (std::ranges::any_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; })) {
      return InvalidArgumentError("the value of the header " + name + " does not fit on one line");
    }
  }
  return OkStatus();
}

std::string RequestText(const BaseUrl& url, const Request& request) {
  bhttp::request<bhttp::string_body> message;
  message.version(11);
  message.method_string(request.method);
  const std::string target = url.prefix + request.path;
  message.target(target.empty() ? "/" : target);
  message.set(bhttp::field::host, url.authority);
  message.set(bhttp::field::user_agent, std::string("hawser/") + kVersion);
  if (!request.body.empty()) message.set(bhttp::field::content_type, "application/json");
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.keep_alive(false);
  message.body() = request.body;
  message.prepare_payload();
  std::ostringstream text;
  text << message;
  return std::move(text).str();
}

/// Headers of the same name are one list (RFC 7230, section 3.2.2).
Response ToResponse(bhttp::response<bhttp::string_body> message) {
  Response response{.status = static_cast<int>(message.result_int()),
                    .body = std::move(message.body())};
  for (const auto& field : message) {
    const beast::string_view name = field.name_string();
    std::string& value = response.headers[LowerCase({name.data(), name.size()})];
    value.append(value.empty() ? "" : ", ").append(field.value().data(), field.value().size());
  }
  return response;
}

/// Reads the answer, and before it any number of notes that one is to come (status 1xx) that fits
/// into the same limit.
beast::error_code ReadAnswer(ClientConnection& connection, const Request& request,
                             std::optional<AnswerParser>& parser) {
  BoundedSource source(connection);
  source.Allow(kMaxAnswerHead);
  beast::flat_buffer buffer(kMaxUnparsed);
  beast::error_code error;
  do {
    parser.emplace();
    parser->header_limit(kMaxAnswerHead);
    parser->body_limit(request.max_body);
    parser->skip(request.method == "HEAD");
    bhttp::read_header(source, buffer, *parser, error);
  } while (!error && parser->get().result_int() / 100 == 1);
  source.Allow(std::numeric_limits<size_t>::max());
  if (!error) bhttp::read(source, buffer, *parser, error);
  return error;
}

/// What a failure to send or to read means, unless the time was up.
Status FailureOf(beast::error_code error, const Request& request) {
  if (error == bhttp::error::header_limit) {
    return ResourceExhaustedError("the answer's headers are longer than " +
                                  FormatBytes(kMaxAnswerHead));
  }
  if (error == bhttp::error::body_limit) {
    return ResourceExhaustedError("the answer is longer than " + std::to_string(request.max_body) +
                                  " bytes");
  }
  if (error == bhttp::error::buffer_overflow) {
    return ResourceExhaustedError("a chunk's header in the answer is longer than " +
                                  FormatBytes(kMaxUnparsed));
  }
  if (error == bhttp::error::end_of_stream || error == bhttp::error::partial_message) {
    return UnavailableError("the connection ended before the answer did");
  }
  return UnavailableError(error.message());
}

class BoundedSender final : public Sender {
 public:
  /// `tls` is null for plain HTTP.
  BoundedSender(std::string base_url, BaseUrl url, std::unique_ptr<asio::ssl::context> tls)
      : base_url_(std::move(base_url)), url_(std::move(url)), tls_(std::move(tls)) {}

  Result<Response> Send(const Request& request) override {
    HAWSER_RETURN_IF_ERROR(CheckRequest(request).Annotate(base_url_));
    try {
      ClientConnection connection(In(request.timeout));
      Result<Response> response = Ask(connection, request);
      if (response.ok()) return response;
      const Status failure =
          connection.expired()
              ? DeadlineExceededError("no whole answer within " + FormatDuration(request.timeout))
              : response.status();
      return failure.Annotate(Describe(base_url_, request));
    } catch (const std::exception& error) {
      return UnavailableError(Describe(base_url_, request) + ": " + error.what());
    }
  }

 private:
  Result<Response> Ask(ClientConnection& connection, const Request& request) const {
    HAWSER_RETURN_IF_ERROR(connection.Open(url_, tls_.get()));
    beast::error_code error = connection.Write(RequestText(url_, request));
    std::optional<AnswerParser> parser;
    if (!error) error = ReadAnswer(connection, request, parser);
    if (error) return FailureOf(error, request);
    return ToResponse(parser->release());
  }

  const std::string base_url_;
  const BaseUrl url_;
  const std::unique_ptr<asio::ssl::context> tls_;
};

/// Null for plain HTTP.
Result<std::unique_ptr<asio::ssl::context>> MakeClientTls(TransportOptions options,
                                                          const BaseUrl& url) {
  if (!url.tls) return nullptr;
  if (options.server_name.empty()) options.server_name = url.host;
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  tls->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  tls->set_verify_mode(options.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer);
  HAWSER_RETURN_IF_ERROR(TryTlsSettings(options, *tls));
  return tls;
}

}  // namespace

Result<std::unique_ptr<Sender>> MakeBoundedSender(const TransportOptions& options) {
  HAWSER_ASSIGN_OR_RETURN(const BaseUrl url, ParseBaseUrl(options.base_url));
  try {
    HAWSER_ASSIGN_OR_RETURN(auto tls, MakeClientTls(options, url));
    return std::make_unique<BoundedSender>(options.base_url, url, std::move(tls));
  } catch (const std::exception& error) {
    return InternalError(options.base_url + ": TLS cannot be set up: " + error.what());
  }
}

}  // namespace hawser::http
