// Liveness, readiness and metrics over HTTP.
#include "controller/health.h"

#include <string_view>
#include <utility>

#include "lib/metrics/registry.h"

namespace hawser::controller {

namespace {

http::Response Text(int status, std::string body, const char* content_type = "text/plain") {
  return {.status = status, .headers = {{"content-type", content_type}}, .body = std::move(body)};
}

}  // namespace

http::Response AnswerProbe(const http::Request& request, const HealthSources& sources) {
  const std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
  if (path == "/healthz") return Text(200, "ok\n");
  if (path == "/metrics") return Text(200, sources.metrics(), metrics::kContentType);
  if (path != "/readyz") return Text(404, "not found\n");
  return sources.ready() ? Text(200, "ok\n") : Text(503, "caches are not filled yet\n");
}

Result<std::unique_ptr<http::Server>> ServeHealth(uint16_t port, HealthSources sources) {
  const http::Handler answer = [sources = std::move(sources)](const http::Request& request) {
    return AnswerProbe(request, sources);
  };
  Result<std::unique_ptr<http::Server>> server = http::Serve("::", port, answer);
  if (server.ok()) return server;
  return http::Serve("0.0.0.0", port, answer);  // where the kernel has no IPv6
}

}  // namespace hawser::controller
