// Turns PEM credentials into an OpenSSL context: TLS 1.3 only, both sides verified, no session
// resumption.
#include "lib/net/tls_context.h"

#include <openssl/x509v3.h>

namespace hawser::net {
namespace {

enum class Side { kClient, kServer };

/// OpenSSL lets a certificate without an extended key usage serve any purpose; ours must name
/// theirs.
template <unsigned kUsage>
int VerifyWithUsage(int preverified, X509_STORE_CTX* store) {
  if (preverified != 1 || X509_STORE_CTX_get_error_depth(store) != 0) return preverified;
  const uint32_t usage = X509_get_extended_key_usage(X509_STORE_CTX_get_current_cert(store));
  if (usage != UINT32_MAX && (usage & kUsage) != 0) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
  return 0;
}

Status TrustOnly(SSL_CTX* context, const std::string& ca) {
  HAWSER_ASSIGN_OR_RETURN(const std::vector<CertificatePtr> authorities,
                          ParseCertificates(ca, "the authority (ca)"));
  for (const CertificatePtr& authority : authorities) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1) {
      return InvalidArgumentError("the authority (ca) cannot be used: " + TakeOpensslError());
    }
  }
  return OkStatus();
}

Status UseCertificate(SSL_CTX* context, const TlsIdentity& identity) {
  HAWSER_ASSIGN_OR_RETURN(const std::vector<CertificatePtr> chain,
                          ParseCertificates(identity.certificate, "the certificate"));
  HAWSER_ASSIGN_OR_RETURN(const KeyPtr key, ParsePrivateKey(identity.key, "the key"));
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
    return InvalidArgumentError("the certificate cannot be used: " + TakeOpensslError());
  }
  for (size_t i = 1; i < chain.size(); ++i) SSL_CTX_add1_chain_cert(context, chain[i].get());
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return InvalidArgumentError("the key does not match the certificate: " + TakeOpensslError());
  }
  return OkStatus();
}

Result<std::shared_ptr<TlsContext>> MakeContext(const TlsIdentity& identity, Side side) {
  SslContextPtr context(
      SSL_CTX_new(side == Side::kClient ? TLS_client_method() : TLS_server_method()));
  if (context == nullptr) return InternalError("cannot make a TLS context: " + TakeOpensslError());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_verify(
      context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
      side == Side::kClient ? VerifyWithUsage<XKU_SSL_SERVER> : VerifyWithUsage<XKU_SSL_CLIENT>);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  HAWSER_RETURN_IF_ERROR(TrustOnly(context.get(), identity.ca));
  HAWSER_RETURN_IF_ERROR(UseCertificate(context.get(), identity));
  return std::make_shared<TlsContext>(std::move(context));
}

}  // namespace

Result<std::shared_ptr<TlsContext>> MakeTlsClientContext(const TlsIdentity& identity) {
  return MakeContext(identity, Side::kClient);
}

Result<std::shared_ptr<TlsContext>> MakeTlsServerContext(const TlsIdentity& identity) {
  return MakeContext(identity, Side::kServer);
}

}  // namespace hawser::net
