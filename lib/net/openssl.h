// Ownership and error text for OpenSSL objects; internal to this folder.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

#include "lib/base/result.h"

namespace hawser::net {

template <auto Free>
struct OpensslDeleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using BioPtr = std::unique_ptr<BIO, OpensslDeleter<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, OpensslDeleter<X509_free>>;

/// The newest error in this thread's queue in words, or "unknown error"; empties the queue.
std::string TakeOpensslError();

/// Every certificate of a PEM text. invalid_argument when there is none or one does not parse;
/// `what` names the text.
Result<std::vector<CertificatePtr>> ParseCertificates(const std::string& pem,
                                                      const std::string& what);

/// The private key of a PEM text without a password; invalid_argument otherwise.
Result<KeyPtr> ParsePrivateKey(const std::string& pem, const std::string& what);

}  // namespace hawser::net
