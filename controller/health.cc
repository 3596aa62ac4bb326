// Liveness and readiness over HTTP.
#include "controller/health.h"

#include <string_view>
#include <utility>

namespace hawser::controller {

namespace {

http::Response Text(int status, std::string body) {
  return {.status = status, .headers = {{"content-type", "text/plain"}}, .body = std::move(body)};
}

}  // namespace

http::Response AnswerProbe(const http::Request& request, bool ready) {
  const std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
  if (path == "/healthz") return Text(200, "ok\n");
  if (path != "/readyz") return Text(404, "not found\n");
  return ready ? Text(200, "ok\n") : Text(503, "caches are not filled yet\n");
}

Result<std::unique_ptr<http::Server>> ServeHealth(uint16_t port, std::function<bool()> ready) {
  return http::Serve("0.0.0.0", port, [ready = std::move(ready)](const http::Request& request) {
    return AnswerProbe(request, ready());
  });
}

}  // namespace hawser::controller
