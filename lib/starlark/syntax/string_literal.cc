// The escape sequences of literals.
#include "lib/starlark/syntax/string_literal.h"

#include <algorithm>

#include "lib/base/utf8.h"
#include "lib/starlark/messages/syntax.h"

namespace hawser::starlark {

namespace {

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

/// Reads escapes one at a time; the text begins with the backslash.
class Escape {
 public:
  Escape(std::string_view text, bool bytes) : text_(text), bytes_(bytes) {}

  /// Appends the value; the number of characters read, or 0 after a failure.
  size_t Decode(std::string& out) {
    constexpr std::string_view kLetters = "abfnrtv\\'\"";
    constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\'\"";
    if (text_.size() < 2) return Fail(messages::kTruncatedBackslash);
    const char c = text_[1];
    if (c == '\n') return 2;
    if (const size_t i = kLetters.find(c); i != std::string_view::npos) {
      out += kValues[i];
      return 2;
    }
    switch (c) {
      case 'x':
        return Hex(out, 2);
      case 'u':
        return Unicode(out, 4);
      case 'U':
        return Unicode(out, 8);
      default:
        return c >= '0' && c <= '7' ? Octal(out) : Fail(messages::kInvalidEscapedCharacter(c));
    }
  }

  std::string message;

 private:
  size_t Fail(std::string text) {
    message = std::move(text);
    return 0;
  }

  size_t Byte(std::string& out, uint32_t value, size_t length) {
    constexpr uint32_t kAsciiEnd = 0x80;
    if (!bytes_ && value >= kAsciiEnd) {
      constexpr char kHex[] = "0123456789ABCDEF";
      const std::string code = {'0', '0', kHex[value >> 4], kHex[value & 15]};
      return Fail(messages::kNonAsciiEscape(text_[1] == 'x' ? "hex" : "octal",
                                            text_.substr(0, length), code, code));
    }
    out += static_cast<char>(value);
    return length;
  }

  size_t Octal(std::string& out) {
    uint32_t value = 0;
    size_t length = 1;
    while (length < 4 && length < text_.size() && DigitOf(text_[length]) < 8) {
      value = value * 8 + static_cast<uint32_t>(DigitOf(text_[length++]));
    }
    if (value > 0xff) return Fail(messages::kInvalidEscape(text_.substr(0, length)));
    return Byte(out, value, length);
  }

  /// The value of `digits` hexadecimal digits behind the letter.
  std::optional<uint32_t> Digits(size_t digits) {
    if (text_.size() < 2 + digits) {
      Fail(messages::kTruncatedEscape(text_));
      return std::nullopt;
    }
    uint32_t value = 0;
    for (const char c : text_.substr(2, digits)) {
      if (DigitOf(c) == 16) {
        Fail(messages::kInvalidEscape(text_.substr(0, 2 + digits)));
        return std::nullopt;
      }
      value = value * 16 + static_cast<uint32_t>(DigitOf(c));
    }
    return value;
  }

  size_t Hex(std::string& out, size_t digits) {
    const std::optional<uint32_t> value = Digits(digits);
    return value ? Byte(out, *value, 2 + digits) : 0;
  }

  size_t Unicode(std::string& out, size_t digits) {
    const std::optional<uint32_t> value = Digits(digits);
    if (!value) return 0;
    const std::string text(text_.substr(0, 2 + digits));
    if (*value > kMaxCodepoint) return Fail(messages::kCodePointOutOfRange(text));
    if (*value >= 0xd800 && *value < 0xe000) {
      return Fail(messages::kSurrogate(text));
    }
    AppendUtf8(out, *value);
    return 2 + digits;
  }

  std::string_view text_;
  bool bytes_;
};

}  // namespace

std::optional<Diagnostic> DecodeLiteral(std::string_view text, LiteralKind kind, std::string& out) {
  for (size_t i = 0; i < text.size();) {
    const size_t plain = std::min(text.find_first_of("\\\r", i), text.size());
    out += text.substr(i, plain - i);
    i = plain;
    if (i == text.size()) break;
    if (text[i] == '\r') {
      out += '\n';
      i += text.substr(i).starts_with("\r\n") ? 2 : 1;
      continue;
    }
    if (kind.raw) {
      // A backslash keeps a quote from ending the literal, and stays.
      out += text.substr(i, 2);
      i += 2;
      continue;
    }
    Escape escape(text.substr(i), kind.bytes);
    const size_t read = escape.Decode(out);
    if (read == 0) return Diagnostic{static_cast<uint32_t>(i), std::move(escape.message)};
    i += read;
  }
  return std::nullopt;
}

}  // namespace hawser::starlark
