// The TLS half of TransportOptions, applied to the HTTP library's context.
#include "lib/http/tls_settings.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/buffer.hpp>

#include "lib/net/system_authorities.h"

/// The HTTP library has OpenSSL read the system's authorities for each connection, before it hands
/// the context over, and most contexts trust others: `hawser ls` took 40 ms so, and 15 without. A
/// program's own definition stands before a shared library's wherever it is called from.
extern "C" int SSL_CTX_set_default_verify_paths(SSL_CTX*) {
  return 1;
}

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
  if (!options.ca.empty()) {
    context.add_certificate_authority(asio::buffer(options.ca));
  } else if (!options.insecure) {
    net::TrustSystemAuthorities(context.native_handle());
  }
}

/// Verifies with the name in the context's parameters alone.
int VerifyByParameters(X509_STORE_CTX* store, void*) {
  X509_STORE_CTX_set_verify_cb(store, [](int preverified, X509_STORE_CTX*) { return preverified; });
  return X509_verify_cert(store);
}

/// Asks the server for the expected name (SNI), where the library asks for the URL's host.
void AskForServer(const SSL* const_ssl, int where, int) {
  if ((where & SSL_CB_HANDSHAKE_START) == 0) return;
  SSL* ssl = const_cast<SSL*>(const_ssl);
  char* name = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0);
  if (name != nullptr) {
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name);
  }
}

/// The library verifies the URL's host; another expected name replaces that.
void ExpectServerName(const TransportOptions& options, asio::ssl::context& context) {
  if (options.server_name.empty()) return;
  X509_VERIFY_PARAM* expected = SSL_CTX_get0_param(context.native_handle());
  const char* name = options.server_name.c_str();
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, name) != 1) {
    X509_VERIFY_PARAM_set1_host(expected, name, options.server_name.size());
  }
  SSL_CTX_set_cert_verify_callback(context.native_handle(), VerifyByParameters, nullptr);
  SSL_CTX_set_info_callback(context.native_handle(), AskForServer);
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
  ExpectServerName(options, context);
}

Status TryTlsSettings(const TransportOptions& options, asio::ssl::context& context) {
  HAWSER_RETURN_IF_ERROR(Check("ca", [&] { Trust(options, context); }));
  HAWSER_RETURN_IF_ERROR(
      Check("client certificate", [&] { PresentCertificate(options, context); }));
  HAWSER_RETURN_IF_ERROR(Check("client key", [&] { PresentKey(options, context); }));
  ExpectServerName(options, context);
  return OkStatus();
}

Status CheckTlsSettings(const TransportOptions& options) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  return TryTlsSettings(options, context);
}

}  // namespace hawser::http
