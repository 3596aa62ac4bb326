// The WWW-Authenticate header by which a registry asks for credentials (RFC 7235).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hawser::oci {

/// "Bearer realm=\"https://auth.example/token\",service=\"registry\"".
struct Challenge {
  std::string scheme;                             ///< in lower case: "bearer", "basic"
  std::map<std::string, std::string> parameters;  ///< names in lower case
  bool operator==(const Challenge&) const = default;
};

/// Reads the header's first challenge; nothing when it does not parse.
std::optional<Challenge> ParseChallenge(std::string_view header);

}  // namespace hawser::oci
