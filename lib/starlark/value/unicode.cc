// Classes and cases from the C library's Unicode locale.
#include "lib/starlark/value/unicode.h"

#include <locale.h>
#include <wctype.h>

namespace hawser::starlark {

namespace {

constexpr uint32_t kAsciiEnd = 0x80;

/// The C library's own UTF-8 locale: the same on every machine.
locale_t Unicode() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

wint_t Wide(uint32_t codepoint) {
  return static_cast<wint_t>(codepoint);
}

}  // namespace

std::string ToReadable(std::string_view text) {
  std::string readable;
  while (!text.empty()) {
    const Codepoint point = DecodeUtf8(text);
    const bool shown = point.value == '\t' || IsPrintable(point.value);
    AppendUtf8(readable, shown ? point.value : kReplacement);
    text.remove_prefix(point.length);
  }
  return readable;
}

bool IsPrintable(uint32_t codepoint) {
  if (codepoint < kAsciiEnd) return codepoint >= 0x20 && codepoint != 0x7f;
  const bool is_private = (codepoint >= 0xe000 && codepoint < 0xf900) || codepoint >= 0xe0000;
  const bool is_format = codepoint == 0xad || (codepoint >= 0x200b && codepoint <= 0x200f) ||
                         (codepoint >= 0x202a && codepoint <= 0x202e) ||
                         (codepoint >= 0x2060 && codepoint <= 0x206f) || codepoint == 0xfeff;
  if (is_private || is_format || codepoint == 0xa0 || IsSpace(codepoint)) return false;
  return iswprint_l(Wide(codepoint), Unicode()) != 0;
}

bool IsLetter(uint32_t codepoint) {
  if (codepoint < kAsciiEnd) return (codepoint | 0x20) >= 'a' && (codepoint | 0x20) <= 'z';
  return iswalpha_l(Wide(codepoint), Unicode()) != 0;
}

bool IsDigit(uint32_t codepoint) {
  return codepoint >= '0' && codepoint <= '9';
}

bool IsSpace(uint32_t codepoint) {
  if (codepoint < kAsciiEnd) return codepoint == ' ' || (codepoint >= '\t' && codepoint <= '\r');
  return codepoint == 0x85 || codepoint == 0xa0 || iswspace_l(Wide(codepoint), Unicode()) != 0;
}

bool IsUpper(uint32_t codepoint) {
  if (codepoint < kAsciiEnd) return codepoint >= 'A' && codepoint <= 'Z';
  return iswupper_l(Wide(codepoint), Unicode()) != 0;
}

bool IsLower(uint32_t codepoint) {
  if (codepoint < kAsciiEnd) return codepoint >= 'a' && codepoint <= 'z';
  return iswlower_l(Wide(codepoint), Unicode()) != 0;
}

uint32_t ToUpper(uint32_t codepoint) {
  if (codepoint < kAsciiEnd) return IsLower(codepoint) ? codepoint - 0x20 : codepoint;
  return static_cast<uint32_t>(towupper_l(Wide(codepoint), Unicode()));
}

uint32_t ToLower(uint32_t codepoint) {
  if (codepoint < kAsciiEnd) return IsUpper(codepoint) ? codepoint + 0x20 : codepoint;
  return static_cast<uint32_t>(towlower_l(Wide(codepoint), Unicode()));
}

}  // namespace hawser::starlark
