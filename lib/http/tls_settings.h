// The TLS half of TransportOptions, applied to the HTTP library's context; internal to this folder.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "lib/http/transport.h"

namespace hawser::http {

/// Trusts `ca` (or the system's authorities) and presents the client certificate. Throws
/// boost::system::system_error.
void ApplyTlsSettings(const TransportOptions& options, boost::asio::ssl::context& context);

/// The same for callers that take no exceptions: invalid_argument names the part that is not
/// usable.
Status TryTlsSettings(const TransportOptions& options, boost::asio::ssl::context& context);

/// invalid_argument names the part that ApplyTlsSettings would not take.
Status CheckTlsSettings(const TransportOptions& options);

}  // namespace hawser::http
