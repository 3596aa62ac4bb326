// Which cluster to talk to and as whom: kubeconfig files and in-cluster credentials.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "lib/base/metrics.h"
#include "lib/base/result.h"
#include "lib/kube/api.h"
#include "lib/net/stream.h"

namespace hawser::kube {

/// What the command line chose; empty means the kubeconfig's own choice.
struct ConfigOverrides {
  std::string kubeconfig;  ///< a path; empty: $KUBECONFIG (colon-separated list), else
                           ///< ~/.kube/config, else in-cluster
  std::string context;
  std::string ns;
};

class TokenSource;

/// A resolved way to one API server. Files are read, exec plugins are run, when it is loaded or
/// when a token expires.
struct ClusterConfig {
  std::string server;                   ///< "https://host:port"
  std::string ca;                       ///< PEM
  std::string client_cert;              ///< PEM
  std::string client_key;               ///< PEM; secret
  std::string token;                    ///< bearer token; secret
  std::string token_file;               ///< re-read when it changes (in-cluster tokens rotate)
  std::shared_ptr<TokenSource> tokens;  ///< an exec plugin's, instead of `token`; may be null
  std::string tls_server_name;
  bool insecure = false;
  std::string ns = "default";
  std::string context;  ///< name, for messages; "in-cluster" inside a pod
};

/// Loads the configuration. not_found says which files were looked for and how to name another;
/// invalid_argument names file and field.
Result<ClusterConfig> LoadConfig(const ConfigOverrides& overrides);

/// A client for that cluster, whose requests are counted in `metrics`. Thread-safe.
Result<std::unique_ptr<Api>> MakeApi(const ClusterConfig& config,
                                     Duration request_timeout = std::chrono::seconds(30),
                                     Metrics& metrics = NoMetrics());

/// Opens a byte stream to `port` of a pod through the API server's WebSocket port-forward
/// (v4.channel.k8s.io). Errors the kubelet reports (no such port, pod not running) come back from
/// Read as unavailable with its message. A refused token is renewed once. cancelled as soon as
/// `stop` is asked, see net::ConnectWebSocket.
Result<std::unique_ptr<net::ByteStream>> OpenPortForward(const ClusterConfig& config,
                                                         const ObjectKey& pod, uint16_t port,
                                                         Deadline deadline,
                                                         const std::stop_token& stop = {});

}  // namespace hawser::kube
