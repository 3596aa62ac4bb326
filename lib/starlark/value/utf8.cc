// UTF-8 by its bit patterns; classes and cases from the C library's Unicode locale.
#include "lib/starlark/value/utf8.h"

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

bool IsContinuation(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

/// The code point of a sequence of `length` bytes, or the replacement character.
Codepoint DecodeSequence(std::string_view text, uint32_t length, uint32_t lead, uint32_t smallest) {
  uint32_t value = lead;
  for (uint32_t i = 1; i < length; ++i) {
    if (!IsContinuation(text, i)) return {};
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3f);
  }
  const bool surrogate = value >= 0xd800 && value < 0xe000;
  if (value < smallest || value > kMaxCodepoint || surrogate) return {};
  return {value, length};
}

wint_t Wide(uint32_t codepoint) {
  return static_cast<wint_t>(codepoint);
}

}  // namespace

Codepoint DecodeUtf8(std::string_view text) {
  const uint32_t lead = static_cast<unsigned char>(text[0]);
  if (lead < kAsciiEnd) return {lead, 1};
  if ((lead & 0xe0) == 0xc0) return DecodeSequence(text, 2, lead & 0x1f, 0x80);
  if ((lead & 0xf0) == 0xe0) return DecodeSequence(text, 3, lead & 0x0f, 0x800);
  if ((lead & 0xf8) == 0xf0) return DecodeSequence(text, 4, lead & 0x07, 0x10000);
  return {};
}

void AppendUtf8(std::string& out, uint32_t codepoint) {
  const auto byte = [&](uint32_t bits) { out += static_cast<char>(bits); };
  const auto tail = [&](uint32_t shift) { byte(0x80 | ((codepoint >> shift) & 0x3f)); };
  const bool surrogate = codepoint >= 0xd800 && codepoint < 0xe000;
  if (surrogate || codepoint > kMaxCodepoint) codepoint = kReplacement;
  if (codepoint < kAsciiEnd) return byte(codepoint);
  if (codepoint < 0x800) {
    byte(0xc0 | (codepoint >> 6));
  } else if (codepoint < 0x10000) {
    byte(0xe0 | (codepoint >> 12));
    tail(6);
  } else {
    byte(0xf0 | (codepoint >> 18));
    tail(12);
    tail(6);
  }
  tail(0);
}

std::string ToValidUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const Codepoint point = DecodeUtf8(text);
    AppendUtf8(valid, point.value);
    text.remove_prefix(point.length);
  }
  return valid;
}

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

size_t CountCodepoints(std::string_view text) {
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(DecodeUtf8(text).length);
  return count;
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
