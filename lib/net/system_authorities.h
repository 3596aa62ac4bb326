// The certificate authorities that this system trusts.
#pragma once

#include <openssl/types.h>

namespace hawser::net {

/// Adds to what `context` trusts the authorities that SSL_CERT_FILE and SSL_CERT_DIR name, or those
/// of OpenSSL's own directory. Reads them all, which takes 20 ms and more: only for who needs them.
/// SSL_CTX_set_default_verify_paths would do nothing in a program with lib/http (tls_settings.cc).
void TrustSystemAuthorities(SSL_CTX* context);

}  // namespace hawser::net
