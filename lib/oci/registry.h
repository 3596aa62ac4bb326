// A client of image registries: reads the config of an image without pulling it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "lib/base/result.h"
#include "lib/http/transport.h"
#include "lib/oci/image_config.h"
#include "lib/oci/reference.h"

namespace hawser::oci {

/// A user of one registry.
struct Credentials {
  std::string username;
  std::string password;  ///< secret
};

struct RegistryOptions {
  std::set<std::string> insecure;  ///< registries ("10.0.0.1:5000") that speak plain HTTP
  std::map<std::string, Credentials> credentials;  ///< by registry; others are asked anonymously
  std::string architecture;  ///< which image of an index; empty: this machine's ("amd64")
};

/// Makes a transport for "https://registry.example".
using TransportFactory =
    std::function<Result<std::unique_ptr<http::Transport>>(const std::string& base_url)>;

/// Speaks the OCI distribution protocol. Thread-safe as far as `transports` is; keeps nothing.
class Registry {
 public:
  explicit Registry(RegistryOptions options, TransportFactory transports);

  /// The config of the image that `reference` names; of an index, the Linux image of this
  /// architecture. Digests are verified (data_loss). not_found, unauthenticated and
  /// permission_denied as the registry says; each says what to do.
  Result<ImageConfig> ReadConfig(const Reference& reference) const;

 private:
  RegistryOptions options_;
  TransportFactory transports_;
};

}  // namespace hawser::oci
