// The classes and cases of Unicode characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/utf8.h"

namespace hawser::starlark {

/// `text` for a person to read in an error: what is not printable, and what a terminal would obey
/// or an editor hide, made a replacement character; tabs stay.
std::string ToReadable(std::string_view text);

bool IsPrintable(uint32_t codepoint);
bool IsLetter(uint32_t codepoint);
bool IsDigit(uint32_t codepoint);
bool IsSpace(uint32_t codepoint);
bool IsUpper(uint32_t codepoint);
bool IsLower(uint32_t codepoint);
uint32_t ToUpper(uint32_t codepoint);
uint32_t ToLower(uint32_t codepoint);

}  // namespace hawser::starlark
