// UTF-8 by its bit patterns (RFC 3629).
#include "lib/base/utf8.h"

namespace hawser {

namespace {

constexpr uint32_t kAsciiEnd = 0x80;

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

size_t FindNotUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const Codepoint point = DecodeUtf8(text.substr(at));
    if (point.invalid()) return at;
    at += point.length;
  }
  return std::string_view::npos;
}

size_t CountCodepoints(std::string_view text) {
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(DecodeUtf8(text).length);
  return count;
}

}  // namespace hawser
