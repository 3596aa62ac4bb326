// The HTTP client on cpprestsdk. Its pool threads only fill an Exchange; the caller's thread waits,
// calls sinks and decides about time, so neither exceptions nor pool threads leave this file.
#include "lib/http/transport.h"

#include <cpprest/http_client.h>
#include <cpprest/interopstream.h>
#include <pplx/threadpool.h>

#include <mutex>
#include <optional>
#include <utility>

#include "lib/http/exchange.h"
#include "lib/http/message_text.h"
#include "lib/http/tls_settings.h"

namespace hawser::http {
namespace {

using web::http::http_exception;
using web::http::http_request;
using web::http::http_response;

/// Nothing waits on the library's threads, so a few serve any number of requests. It would start
/// forty, which then wake one another for each piece of an answer.
constexpr size_t kPoolThreads = 3;

void KeepPoolSmall() {
  static std::once_flag once;
  std::call_once(once, [] { crossplat::threadpool::initialize_with_threads(kPoolThreads); });
}

/// cpprestsdk's own timer is for a whole client; ours is per request.
constexpr auto kNever = std::chrono::hours(24 * 365);

Response ToHead(const http_response& answer) {
  Response head{.status = answer.status_code()};
  for (const auto& [name, value] : answer.headers()) head.headers[LowerCase(name)] = value;
  return head;
}

/// The failure of a finished task, or ok.
template <typename T>
Status Outcome(const pplx::task<T>& task) {
  try {
    task.get();
    return OkStatus();
  } catch (const pplx::task_canceled&) {
    return CancelledError("the request was cancelled");
  } catch (const http_exception& error) {
    return UnavailableError(error.what());
  } catch (const std::exception& error) {
    return UnavailableError(error.what());
  }
}

/// Reports head and end of `request` to `exchange`, from whatever thread the library chooses.
void Start(web::http::client::http_client& client, http_request request,
           const std::shared_ptr<Exchange>& exchange, const pplx::cancellation_token& token) {
  request.set_response_stream(concurrency::streams::stdio_ostream<uint8_t>(exchange->body()));
  client.request(request, token).then([exchange](const pplx::task<http_response>& answering) {
    if (const Status status = Outcome(answering); !status.ok()) return exchange->SetEnd(status);
    const http_response answer = answering.get();
    exchange->SetHead(ToHead(answer));
    answer.content_ready().then([exchange](const pplx::task<http_response>& reading) {
      exchange->SetEnd(Outcome(reading));
    });
  });
}

class CpprestTransport final : public Transport {
 public:
  CpprestTransport(const std::string& base_url, const web::http::client::http_client_config& config)
      : client_(base_url, config), base_url_(base_url) {}

  Result<Response> Send(const Request& request) override {
    const auto exchange = std::make_shared<Exchange>(request.max_body);
    const Deadline deadline = In(request.timeout);
    return Run(request, exchange, [&]() -> Result<Response> {
      HAWSER_ASSIGN_OR_RETURN(Response response, exchange->WaitForHead(deadline, {}));
      return ReadWhole(*exchange, std::move(response), deadline, {});
    });
  }

  Result<Response> Stream(const Request& request, const ChunkSink& sink,
                          std::stop_token stop) override {
    const auto exchange = std::make_shared<Exchange>(request.max_body);
    return Run(request, exchange, [&]() -> Result<Response> {
      HAWSER_ASSIGN_OR_RETURN(Response response, exchange->WaitForHead(In(request.timeout), stop));
      if (response.status / 100 != 2) {
        return ReadWhole(*exchange, std::move(response), In(request.timeout), stop);
      }
      while (true) {
        HAWSER_ASSIGN_OR_RETURN(const std::string chunk, exchange->Take(In(request.timeout), stop));
        if (chunk.empty()) return response;
        HAWSER_RETURN_IF_ERROR(sink(chunk));
      }
    });
  }

 private:
  static Result<Response> ReadWhole(Exchange& exchange, Response response, Deadline deadline,
                                    const std::stop_token& stop) {
    HAWSER_ASSIGN_OR_RETURN(response.body, exchange.WaitForBody(deadline, stop));
    return response;
  }

  /// Starts the request, lets `wait` collect the answer, and cuts the connection if that ended
  /// early.
  template <typename Wait>
  Result<Response> Run(const Request& request, const std::shared_ptr<Exchange>& exchange,
                       Wait wait) {
    pplx::cancellation_token_source cancel;
    try {
      Start(client_, ToMessage(request), exchange, cancel.get_token());
    } catch (const std::exception& error) {
      return InvalidArgumentError(Describe(base_url_, request) + ": " + error.what());
    }
    Result<Response> result = wait();
    if (result.ok()) return result;
    cancel.cancel();
    return result.status().Annotate(Describe(base_url_, request));
  }

  static http_request ToMessage(const Request& request) {
    http_request message(request.method);
    message.set_request_uri(request.path);
    for (const auto& [name, value] : request.headers) message.headers().add(name, value);
    if (!request.body.empty()) {
      const auto type = message.headers().find("Content-Type");
      message.set_body(request.body,
                       type == message.headers().end() ? "application/json" : type->second);
    }
    return message;
  }

  web::http::client::http_client client_;
  const std::string base_url_;
};

}  // namespace

Result<std::unique_ptr<Transport>> MakeTransport(const TransportOptions& options) {
  HAWSER_RETURN_IF_ERROR(CheckTlsSettings(options));
  try {
    KeepPoolSmall();
    web::http::client::http_client_config config;
    config.set_timeout(kNever);
    config.set_max_redirects(0);
    config.set_validate_certificates(!options.insecure);
    config.set_ssl_context_callback(
        [options](boost::asio::ssl::context& context) { ApplyTlsSettings(options, context); });
    return std::make_unique<CpprestTransport>(options.base_url, config);
  } catch (const std::exception& error) {
    return InvalidArgumentError("\"" + options.base_url + "\" is not a base URL: " + error.what());
  }
}

}  // namespace hawser::http
