// A session's preview address: what a person asks for, and its host name from a pattern and who
// works on what.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/status.h"

namespace hawser::devsession {

/// A preview address: an Ingress to the session's Service.
struct Expose {
  std::string host;           ///< a pattern: see FillHost
  std::string ingress_class;  ///< empty: the cluster's default
  std::string port;           ///< name or number; empty: the port named http, else the first
  std::string tls_secret;     ///< a Secret of the namespace; empty: plain http
  bool operator==(const Expose&) const = default;
};

/// What fills the words of a pattern.
struct HostWords {
  std::string owner;    ///< fills "{owner}"
  std::string session;  ///< fills "{session}"
  std::string ns;       ///< fills "{namespace}"
};

/// True for what the schema takes: lower-case letters, digits, hyphens, dots, and words in braces.
bool IsHostPattern(std::string_view pattern);

/// `pattern` with its words filled in. Of a word's value nothing but letters in lower case, digits
/// and inner hyphens remains, so that a value never adds a dot and with it another host's name.
std::string FillHost(std::string_view pattern, const HostWords& words);

/// Says what makes a filled host no name that an Ingress takes (RFC 1123): invalid_argument.
Status CheckHost(std::string_view host);

}  // namespace hawser::devsession
