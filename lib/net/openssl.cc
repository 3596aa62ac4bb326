// Parsing PEM texts and putting OpenSSL's errors into words.
#include "lib/net/openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <climits>

namespace hawser::net {
namespace {

BioPtr View(const std::string& text) {
  if (text.size() > INT_MAX) return nullptr;
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Never prompts: a key with a password is an error.
int NoPassword(char*, int, int, void*) {
  return -1;
}

}  // namespace

std::string TakeOpensslError() {
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  return reason == nullptr ? "unknown error" : reason;
}

Result<std::vector<CertificatePtr>> ParseCertificates(const std::string& pem,
                                                      const std::string& what) {
  std::vector<CertificatePtr> certificates;
  const BioPtr bio = View(pem);
  while (bio != nullptr) {
    CertificatePtr next(PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
    if (next == nullptr) break;
    certificates.push_back(std::move(next));
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = TakeOpensslError();
  if (certificates.empty() || !at_end) {
    return InvalidArgumentError(what + " is not a PEM certificate: " + reason);
  }
  return certificates;
}

Result<KeyPtr> ParsePrivateKey(const std::string& pem, const std::string& what) {
  const BioPtr bio = View(pem);
  KeyPtr key(bio == nullptr ? nullptr
                            : PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) {
    return InvalidArgumentError(what + " is not a PEM private key: " + TakeOpensslError());
  }
  return key;
}

}  // namespace hawser::net
