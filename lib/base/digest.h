// SHA-256 digests: the identity of content everywhere in Hawser.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser {

/// A SHA-256 digest (FIPS 180-4). The default one is all zero and stands for "no content".
struct Digest {
  static constexpr size_t kSize = 32;
  std::array<uint8_t, kSize> bytes{};

  auto operator<=>(const Digest&) const = default;
  bool IsZero() const { return *this == Digest{}; }

  /// 64 lower-case hexadecimal digits.
  std::string ToHex() const;
  /// The first 12 digits, for people.
  std::string ToShortHex() const;
  /// The raw 32 bytes as a view into this object.
  std::string_view AsBytes() const { return {reinterpret_cast<const char*>(bytes.data()), kSize}; }

  /// Parses 64 hexadecimal digits; invalid_argument otherwise.
  static Result<Digest> FromHex(std::string_view hex);
};

/// The digest of `data`.
Digest Sha256(std::string_view data);
/// Its SHA-512/256 (FIPS 180-4), which is as long and another function.
Digest Sha512Truncated(std::string_view data);

/// Digests content that arrives in pieces.
class Sha256Hasher {
 public:
  Sha256Hasher();
  ~Sha256Hasher();
  Sha256Hasher(Sha256Hasher&&) noexcept;
  Sha256Hasher& operator=(Sha256Hasher&&) noexcept;

  void Update(std::string_view data);
  /// The digest of everything so far; the hasher starts anew.
  Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Hash for unordered containers: the digest's own first bytes.
struct DigestHash {
  size_t operator()(const Digest& digest) const;
};

}  // namespace hawser
