// The endpoints the kubelet probes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "lib/base/result.h"
#include "lib/http/transport.h"

namespace hawser::controller {

/// Answers /healthz (the process serves) and /readyz (`ready` is true), until the result goes away.
/// `ready` is called on the server's threads.
Result<std::unique_ptr<http::Server>> ServeHealth(uint16_t port, std::function<bool()> ready);

/// The answer to one probe.
http::Response AnswerProbe(const http::Request& request, bool ready);

}  // namespace hawser::controller
