// A transport around a transport.
#include "lib/kube/counted_transport.h"

#include <utility>

namespace hawser::kube {
namespace {

const MetricName kRequests{"rest_client_requests_total",
                           "Requests to the API server by status code, method and host"};

class CountedTransport final : public http::Transport {
 public:
  CountedTransport(std::unique_ptr<http::Transport> transport, Metrics& metrics, std::string host)
      : transport_(std::move(transport)), metrics_(metrics), host_(std::move(host)) {}

  Result<http::Response> Send(const http::Request& request) override {
    Result<http::Response> response = transport_->Send(request);
    Count(request, response);
    return response;
  }

  Result<http::Response> Stream(const http::Request& request, const http::ChunkSink& sink,
                                std::stop_token stop) override {
    bool begun = false;
    const auto counted_sink = [&](std::string_view chunk) {
      if (!std::exchange(begun, true)) Count(request.method, "200");
      return sink(chunk);
    };
    Result<http::Response> response = transport_->Stream(request, counted_sink, std::move(stop));
    if (!begun) Count(request, response);
    return response;
  }

 private:
  void Count(const http::Request& request, const Result<http::Response>& response) {
    Count(request.method, response.ok() ? CodeOf(response->status) : "<error>");
  }
  void Count(const std::string& method, const std::string& code) {
    metrics_.CounterOf(kRequests, {{"code", code}, {"method", method}, {"host", host_}})
        .Increment();
  }
  // A server may answer with any number; only those that mean something make a series each.
  static std::string CodeOf(int status) {
    return status >= 100 && status < 600 ? std::to_string(status) : "<other>";
  }

  const std::unique_ptr<http::Transport> transport_;
  Metrics& metrics_;
  const std::string host_;
};

}  // namespace

std::unique_ptr<http::Transport> CountRequests(std::unique_ptr<http::Transport> transport,
                                               Metrics& metrics, std::string host) {
  return std::make_unique<CountedTransport>(std::move(transport), metrics, std::move(host));
}

}  // namespace hawser::kube
