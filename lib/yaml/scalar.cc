// Plain scalar typing: a table of words, then integers with Go's prefixes, then decimal floats.
#include "lib/yaml/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace hawser::yaml {
namespace {

using nlohmann::json;

template <size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                    "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                     "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 3> kNan = {".nan", ".NaN", ".NAN"};
constexpr std::array<std::string_view, 3> kInf = {".inf", ".Inf", ".INF"};

std::optional<json> ResolveWord(std::string_view text) {
  if (IsOneOf(text, kTrue)) return true;
  if (IsOneOf(text, kFalse)) return false;
  if (IsOneOf(text, kNull)) return json();
  if (IsOneOf(text, kNan)) return std::numeric_limits<double>::quiet_NaN();
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (!IsOneOf(text, kInf)) return std::nullopt;
  const double infinity = std::numeric_limits<double>::infinity();
  return negative ? -infinity : infinity;
}

// The base that a prefix names, which is taken off: 0x, 0o, 0b, and a leading zero for octal.
int TakeBase(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const char mark = digits[1];
  const int base = mark == 'x' || mark == 'X'   ? 16
                   : mark == 'o' || mark == 'O' ? 8
                   : mark == 'b' || mark == 'B' ? 2
                                                : 0;
  digits.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

std::optional<json> ResolveInteger(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const int base = TakeBase(text);
  uint64_t magnitude = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, magnitude, base);
  if (error != std::errc() || at != end) return std::nullopt;
  constexpr uint64_t kMaxSigned = std::numeric_limits<int64_t>::max();
  if (!negative) {
    return magnitude <= kMaxSigned ? json(static_cast<int64_t>(magnitude)) : json(magnitude);
  }
  if (magnitude > kMaxSigned + 1) return std::nullopt;
  return static_cast<int64_t>(~magnitude + 1);
}

// [-+]? then digits with at most one point and at least one digit, then an exponent or none.
bool LooksDecimal(std::string_view text) {
  size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - begin;
  };
  size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    count += digits();
  }
  if (count == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

std::optional<json> ResolveFloat(std::string_view text) {
  if (!LooksDecimal(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) {
    return std::nullopt;
  }
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (std::trunc(value) == value && std::abs(value) <= kExact) return static_cast<int64_t>(value);
  return value;
}

}  // namespace

json ResolvePlainScalar(std::string_view text) {
  if (std::optional<json> word = ResolveWord(text)) return *std::move(word);
  const char first = text.front();
  const bool numeric = (first >= '0' && first <= '9') || first == '+' || first == '-';
  if (numeric) {
    std::string plain(text);
    std::erase(plain, '_');
    if (std::optional<json> integer = ResolveInteger(plain)) return *std::move(integer);
    if (std::optional<json> number = ResolveFloat(plain)) return *std::move(number);
  } else if (first == '.') {
    if (std::optional<json> number = ResolveFloat(text)) return *std::move(number);
  }
  return std::string(text);
}

}  // namespace hawser::yaml
