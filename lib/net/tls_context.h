// The parsed credentials behind TlsContext; internal to this folder.
#pragma once

#include "lib/net/openssl.h"
#include "lib/net/tls.h"

namespace hawser::net {

using SslContextPtr = std::unique_ptr<SSL_CTX, OpensslDeleter<SSL_CTX_free>>;

class TlsContext {
 public:
  explicit TlsContext(SslContextPtr context) : context_(std::move(context)) {}
  SSL_CTX* get() const { return context_.get(); }

 private:
  const SslContextPtr context_;
};

}  // namespace hawser::net
