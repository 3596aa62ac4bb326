// The TLS settings of a WebSocket client: trust, client certificate, server name.
#include "lib/net/websocket_tls.h"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>

#include "lib/net/system_authorities.h"

namespace hawser::net {

namespace asio = boost::asio;

Result<std::unique_ptr<asio::ssl::context>> MakeWebSocketTls(const WebSocketOptions& options) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  const char* part = "ca";
  try {
    if (!options.ca.empty()) {
      context->add_certificate_authority(asio::buffer(options.ca));
    } else if (!options.insecure) {
      TrustSystemAuthorities(context->native_handle());
    }
    part = "client certificate";
    if (!options.certificate.empty()) {
      context->use_certificate_chain(asio::buffer(options.certificate));
    }
    part = "client key";
    if (!options.key.empty()) {
      context->use_private_key(asio::buffer(options.key), asio::ssl::context::pem);
    }
  } catch (const boost::system::system_error& error) {
    return InvalidArgumentError(std::string("the ") + part + " is not usable PEM: " + error.what());
  }
  return context;
}

const std::string& ServerName(const WebSocketOptions& options) {
  return options.server_name.empty() ? options.host : options.server_name;
}

void AskForServer(SSL* ssl, const WebSocketOptions& options) {
  const std::string& name = ServerName(options);
  boost::system::error_code not_literal;
  asio::ip::make_address(name, not_literal);
  if (!not_literal) return;
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(name.c_str()));
}

Status HandshakeFailure(SSL* ssl, const WebSocketOptions& options, const std::string& error) {
  const long verified = SSL_get_verify_result(ssl);
  if (!options.insecure && verified != X509_V_OK) {
    return UnauthenticatedError("the certificate of " + options.host +
                                " was refused: " + X509_verify_cert_error_string(verified));
  }
  return UnavailableError("TLS with " + options.host + " failed: " + error);
}

}  // namespace hawser::net
