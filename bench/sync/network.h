// The way to the cluster through relays that delay it, or bound its bandwidth.
#pragma once

#include <memory>
#include <string>

#include "bench/container.h"
#include "bench/network_relay.h"
#include "bench/sync/tools.h"
#include "lib/base/result.h"

namespace hawser::bench {

/// Relays to the API server and to a pod's rsync daemon.
struct Network {
  std::unique_ptr<NetworkRelay> api_server;
  std::unique_ptr<NetworkRelay> rsync_daemon;
  Route route;
};

/// Starts both and writes a kubeconfig like the one in use, but through the relay, to the file
/// `kubeconfig`. The API server must be named by an IPv4 address.
Result<Network> RelayedNetwork(const Container& container, const NetworkPath& path,
                               const std::string& kubeconfig);

}  // namespace hawser::bench
