// The base URL that a client is given, taken apart; internal to this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::http {

/// "https://registry.example:5000/prefix".
struct BaseUrl {
  bool tls = false;
  std::string host;  ///< a name or an address; IPv6 without its brackets
  uint16_t port = 0;
  std::string authority;  ///< host and port as the URL has them, for the Host header
  std::string prefix;     ///< what goes before every request's path; no slash at its end
  bool operator==(const BaseUrl&) const = default;
};

/// Takes `url` apart. invalid_argument when it is no http or https URL, or has more than scheme,
/// host, port and path.
Result<BaseUrl> ParseBaseUrl(std::string_view url);

}  // namespace hawser::http
