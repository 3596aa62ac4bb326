// From a cluster's configuration to the parts of a connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/kube/config.h"
#include "lib/kube/credentials.h"

namespace hawser::kube {

/// Where the configuration's bearer token comes from; null when it has none.
std::shared_ptr<TokenSource> TokensOf(const ClusterConfig& config);

/// The parts of "https://host:port/prefix".
struct ServerAddress {
  bool tls = true;
  std::string host;  ///< without the brackets of a literal IPv6 address
  uint16_t port = 443;
  std::string prefix;  ///< "" or "/k8s/clusters/c-1"
  bool operator==(const ServerAddress&) const = default;
};

/// Takes a server URL apart; invalid_argument when it is none.
Result<ServerAddress> ParseServer(const std::string& url);

}  // namespace hawser::kube
