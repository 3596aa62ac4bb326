// A client of image registries: reads the config of an image without pulling it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "lib/base/clock.h"
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
  Duration timeout = std::chrono::seconds(10);  ///< of a whole ReadConfig
};

/// Makes what sends to "https://registry.example". Whoever names an image chooses that server, so
/// it may mean ill: http::MakeBoundedSender.
using SenderFactory =
    std::function<Result<std::unique_ptr<http::Sender>>(const std::string& base_url)>;

/// Speaks the OCI distribution protocol. Thread-safe as far as `senders` is; keeps nothing.
class Registry {
 public:
  explicit Registry(RegistryOptions options, SenderFactory senders);

  /// The config of the image that `reference` names; of an index, the Linux image of this
  /// architecture. Digests are verified (data_loss). not_found, unauthenticated and
  /// permission_denied as the registry says; each says what to do. deadline_exceeded when all of
  /// its requests together take longer than the timeout.
  Result<ImageConfig> ReadConfig(const Reference& reference) const;

 private:
  RegistryOptions options_;
  SenderFactory senders_;
};

}  // namespace hawser::oci
