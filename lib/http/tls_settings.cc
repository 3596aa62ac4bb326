// The TLS half of TransportOptions, applied to the HTTP library's context.
#include "lib/http/tls_settings.h"

#include <boost/asio/buffer.hpp>

namespace hawser::http {
namespace {

namespace asio = boost::asio;

/// Calls `apply` and names `part` when it throws.
template <typename Apply>
Status Check(const char* part, Apply apply) {
  try {
    apply();
    return OkStatus();
  } catch (const boost::system::system_error& error) {
    return InvalidArgumentError(std::string("the ") + part + " is not usable PEM: " + error.what());
  }
}

void Trust(const TransportOptions& options, asio::ssl::context& context) {
  if (options.ca.empty()) {
    context.set_default_verify_paths();
  } else {
    context.add_certificate_authority(asio::buffer(options.ca));
  }
}

void PresentCertificate(const TransportOptions& options, asio::ssl::context& context) {
  if (options.certificate.empty()) return;
  context.use_certificate_chain(asio::buffer(options.certificate));
}

void PresentKey(const TransportOptions& options, asio::ssl::context& context) {
  if (options.key.empty()) return;
  context.use_private_key(asio::buffer(options.key), asio::ssl::context::pem);
}

}  // namespace

void ApplyTlsSettings(const TransportOptions& options, asio::ssl::context& context) {
  Trust(options, context);
  PresentCertificate(options, context);
  PresentKey(options, context);
}

Status CheckTlsSettings(const TransportOptions& options) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  HAWSER_RETURN_IF_ERROR(Check("ca", [&] { Trust(options, context); }));
  HAWSER_RETURN_IF_ERROR(
      Check("client certificate", [&] { PresentCertificate(options, context); }));
  return Check("client key", [&] { PresentKey(options, context); });
}

}  // namespace hawser::http
