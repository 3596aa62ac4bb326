// SHA-2 through OpenSSL's EVP interface.
#include "lib/base/digest.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <cstring>

namespace hawser {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Digest::ToHex() const {
  std::string hex;
  hex.reserve(2 * kSize);
  for (const uint8_t byte : bytes) {
    hex += kHexDigits[byte >> 4];
    hex += kHexDigits[byte & 15];
  }
  return hex;
}

std::string Digest::ToShortHex() const {
  return ToHex().substr(0, 12);
}

Result<Digest> Digest::FromHex(std::string_view hex) {
  if (hex.size() != 2 * kSize) return InvalidArgumentError("a digest has 64 hexadecimal digits");
  Digest digest;
  for (size_t i = 0; i < kSize; ++i) {
    const int high = HexValue(hex[2 * i]);
    const int low = HexValue(hex[2 * i + 1]);
    if (high < 0 || low < 0) return InvalidArgumentError("a digest has 64 hexadecimal digits");
    digest.bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return digest;
}

struct Sha256Hasher::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  bool begun = false;

  ~Context() { EVP_MD_CTX_free(evp); }
  EVP_MD_CTX* Begun() {
    // Looked up once: for a small file that takes as long as digesting it.
    static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (begun) return evp;
    // Fails only when memory ran out or the library lacks SHA-256: nothing can go on without it.
    if (evp == nullptr || EVP_DigestInit_ex2(evp, sha256, nullptr) != 1) std::abort();
    begun = true;
    return evp;
  }
};

Sha256Hasher::Sha256Hasher() : context_(std::make_unique<Context>()) {}
Sha256Hasher::~Sha256Hasher() = default;
Sha256Hasher::Sha256Hasher(Sha256Hasher&&) noexcept = default;
Sha256Hasher& Sha256Hasher::operator=(Sha256Hasher&&) noexcept = default;

void Sha256Hasher::Update(std::string_view data) {
  EVP_DigestUpdate(context_->Begun(), data.data(), data.size());
}

Digest Sha256Hasher::Finish() {
  Digest digest;
  EVP_DigestFinal_ex(context_->Begun(), digest.bytes.data(), nullptr);
  context_->begun = false;
  return digest;
}

Digest Sha256(std::string_view data) {
  Sha256Hasher hasher;
  hasher.Update(data);
  return hasher.Finish();
}

Digest Sha512Truncated(std::string_view data) {
  Digest digest;
  // As for SHA-256: nothing can go on without it.
  if (EVP_Digest(data.data(), data.size(), digest.bytes.data(), nullptr, EVP_sha512_256(),
                 nullptr) != 1) {
    std::abort();
  }
  return digest;
}

size_t DigestHash::operator()(const Digest& digest) const {
  size_t hash = 0;
  std::memcpy(&hash, digest.bytes.data(), sizeof(hash));
  return hash;
}

}  // namespace hawser
