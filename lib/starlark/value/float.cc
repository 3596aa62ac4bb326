// The text of floats.
#include <charconv>
#include <cmath>
#include <cstdio>

#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

namespace {

constexpr size_t kLongest = 400;  // "%f" of the largest double has 317 characters

/// "nan", "+inf", "-inf"; empty for a finite float.
std::string NonFinite(double d) {
  if (std::isnan(d)) return "nan";
  if (std::isinf(d)) return d < 0 ? "-inf" : "+inf";
  return "";
}

}  // namespace

std::string FloatToString(double d) {
  if (std::string text = NonFinite(d); !text.empty()) return text;
  char buffer[kLongest];
  const auto shortest = std::to_chars(buffer, buffer + kLongest, d, std::chars_format::scientific);
  std::string text(buffer, shortest.ptr);
  const int exponent = std::stoi(text.substr(text.find('e') + 1));
  constexpr int kFixedBelow = 6;
  if (exponent < -4 || exponent >= kFixedBelow) return text;
  const auto fixed = std::to_chars(buffer, buffer + kLongest, d, std::chars_format::fixed);
  text.assign(buffer, fixed.ptr);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::string FormatFloat(double d, char conversion) {
  if (std::string text = NonFinite(d); !text.empty()) return text;
  if (conversion == 'g') return FloatToString(d);
  if (conversion == 'G') {
    std::string text = FloatToString(d);
    for (char& c : text) c = c == 'e' ? 'E' : c;
    return text;
  }
  char buffer[kLongest];
  const bool fixed = conversion == 'f' || conversion == 'F';
  const char* pattern = fixed ? "%.6f" : (conversion == 'E' ? "%.6E" : "%.6e");
  const int length = std::snprintf(buffer, kLongest, pattern, d);
  return std::string(buffer, static_cast<size_t>(length));
}

}  // namespace hawser::starlark
