// The endpoints that the kubelet probes and Prometheus reads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/http/transport.h"

namespace hawser::controller {

/// What the endpoints answer with. Called on the server's threads, several at once.
struct HealthSources {
  std::function<bool()> ready;           ///< this process works, or is ready to follow the leader
  std::function<std::string()> metrics;  ///< in Prometheus' text format
};

/// Answers /healthz (the process serves), /readyz and /metrics until the result goes away.
Result<std::unique_ptr<http::Server>> ServeHealth(uint16_t port, HealthSources sources);

/// The answer to one request.
http::Response AnswerProbe(const http::Request& request, const HealthSources& sources);

}  // namespace hawser::controller
