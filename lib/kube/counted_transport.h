// Counts the requests that go to the API server.
#pragma once

#include <memory>
#include <string>

#include "lib/base/metrics.h"
#include "lib/http/transport.h"

namespace hawser::kube {

/// Passes everything on to `transport` and counts each request in
/// rest_client_requests_total{code,method,host}, retried ones each time. The code is "<error>" when
/// no answer came. A stream counts once its body begins or it ends. `metrics` must outlive it.
std::unique_ptr<http::Transport> CountRequests(std::unique_ptr<http::Transport> transport,
                                               Metrics& metrics, std::string host);

}  // namespace hawser::kube
