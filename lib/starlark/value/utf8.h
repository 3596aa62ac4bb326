// UTF-8 and the classes and cases of Unicode characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hawser::starlark {

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

/// `text` for a person to read in an error: what is not printable, and what a terminal would obey
/// or an editor hide, made a replacement character; tabs stay.
std::string ToReadable(std::string_view text);

size_t CountCodepoints(std::string_view text);

bool IsPrintable(uint32_t codepoint);
bool IsLetter(uint32_t codepoint);
bool IsDigit(uint32_t codepoint);
bool IsSpace(uint32_t codepoint);
bool IsUpper(uint32_t codepoint);
bool IsLower(uint32_t codepoint);
uint32_t ToUpper(uint32_t codepoint);
uint32_t ToLower(uint32_t codepoint);

}  // namespace hawser::starlark
