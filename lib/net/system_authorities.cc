// By the store itself.
#include "lib/net/system_authorities.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace hawser::net {

void TrustSystemAuthorities(SSL_CTX* context) {
  X509_STORE_set_default_paths(SSL_CTX_get_cert_store(context));
}

}  // namespace hawser::net
