// The Kubernetes API over HTTP.
#pragma once

#include <functional>
#include <memory>

#include "lib/base/clock.h"
#include "lib/http/transport.h"
#include "lib/kube/api.h"
#include "lib/kube/credentials.h"

namespace hawser::kube {

/// How the client waits; tests put in their own.
struct RestOptions {
  Duration request_timeout = std::chrono::seconds(30);
  Duration watch_timeout = std::chrono::seconds(290);  ///< asked of the server
  Duration watch_grace = std::chrono::seconds(5);      ///< silence beyond that is a dead connection
  /// Waits before a retry that the server asked for (429 or 5xx with Retry-After).
  std::function<void(Duration)> sleep;
};

/// A client over `transport`, whose base URL is the API server's. Sends the token of `tokens` (may
/// be null). A refused token is renewed and the request repeated once; a request that the server
/// turns away with Retry-After is repeated up to three times within ten seconds in all.
std::unique_ptr<Api> MakeRestApi(std::unique_ptr<http::Transport> transport,
                                 std::shared_ptr<TokenSource> tokens, RestOptions options = {});

}  // namespace hawser::kube
