// UTF-8: characters and their bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hawser {

inline constexpr uint32_t kReplacement = 0xfffd;
inline constexpr uint32_t kMaxCodepoint = 0x10ffff;

/// A decoded character and the bytes it took. Not UTF-8: the replacement character and one byte.
struct Codepoint {
  uint32_t value = kReplacement;
  uint32_t length = 1;

  /// The bytes were not the encoding of a character.
  bool invalid() const { return value == kReplacement && length == 1; }
};

/// `text` must not be empty.
Codepoint DecodeUtf8(std::string_view text);

/// Surrogates and what lies beyond Unicode become the replacement character.
void AppendUtf8(std::string& out, uint32_t codepoint);

/// `text` with each byte that is not UTF-8 made a replacement character.
std::string ToValidUtf8(std::string_view text);

/// Where the first byte is that is not UTF-8; npos when there is none.
size_t FindNotUtf8(std::string_view text);

size_t CountCodepoints(std::string_view text);

}  // namespace hawser
