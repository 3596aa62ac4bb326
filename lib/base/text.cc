// Text for people: sizes, durations, timestamps, and terminal-safe strings.
#include "lib/base/text.h"

#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <optional>

namespace hawser {

std::string FormatBytes(uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  constexpr double kRoundsUp = 1023.95;  // from here on "%.1f" would print 1024.0
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 1;
  while (value >= kRoundsUp && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f %s", value, kUnits[unit]);
  return text;
}

std::string FormatDuration(Duration duration) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  char text[48];
  if (micros < 1000) {
    std::snprintf(text, sizeof(text), "%lld us", static_cast<long long>(micros));
  } else if (micros < 999950) {  // above, "%.1f ms" would print 1000.0
    std::snprintf(text, sizeof(text), "%.1f ms", static_cast<double>(micros) / 1e3);
  } else if (micros < 59950000) {
    std::snprintf(text, sizeof(text), "%.1f s", static_cast<double>(micros) / 1e6);
  } else {
    const long long seconds = (micros + 500000) / 1000000;
    std::snprintf(text, sizeof(text), "%lldm%02llds", seconds / 60, seconds % 60);
  }
  return text;
}

std::string DurationToText(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  std::string text;
  if (seconds >= 3600) text += std::to_string(seconds / 3600) + "h";
  if (seconds / 60 % 60 != 0) text += std::to_string(seconds / 60 % 60) + "m";
  if (seconds % 60 != 0 || text.empty()) text += std::to_string(seconds % 60) + "s";
  return text;
}

std::string FormatTime(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

namespace {

/// Skips ".digits", if there.
std::string_view SkipFraction(std::string_view text) {
  if (!text.starts_with('.')) return text;
  const size_t end = text.find_first_not_of("0123456789", 1);
  return end == 1 || end == std::string_view::npos ? text : text.substr(end);
}

/// The seconds by which a zone ("Z", "+01:00") is ahead of UTC, or nothing.
std::optional<std::chrono::seconds> ZoneOffset(std::string_view zone) {
  if (zone == "Z") return std::chrono::seconds(0);
  const auto digit = [&](size_t at) { return zone[at] - '0'; };
  const bool shaped = zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':';
  for (const size_t at : {1, 2, 4, 5}) {
    if (!shaped || digit(at) < 0 || digit(at) > 9) return std::nullopt;
  }
  const int hours = digit(1) * 10 + digit(2);
  const int minutes = digit(4) * 10 + digit(5);
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::chrono::seconds ahead = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return zone[0] == '+' ? ahead : -ahead;
}

}  // namespace

Result<WallTime> ParseTime(std::string_view text) {
  constexpr size_t kSeconds = std::string_view("2026-01-02T03:04:05").size();
  const std::string whole(text.substr(0, kSeconds));
  std::tm utc{};
  const char* rest = strptime(whole.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  const WallTime time = std::chrono::system_clock::from_time_t(rest == nullptr ? 0 : timegm(&utc));
  // Written again it must read the same: strptime takes February 31 and missing digits.
  const bool exact = rest != nullptr && FormatTime(time) == whole + "Z";
  const std::optional<std::chrono::seconds> offset =
      exact ? ZoneOffset(SkipFraction(text.substr(kSeconds))) : std::nullopt;
  if (!offset) {
    return InvalidArgumentError("expected a time like 2026-01-02T03:04:05Z, got \"" +
                                Printable(text) + "\"");
  }
  return time - *offset;
}

namespace {

/// The length of a duration's unit at the start of `text`, and how many characters the unit takes.
struct Unit {
  Duration length{};
  size_t size = 0;
};

Unit ReadUnit(std::string_view text) {
  if (text.starts_with("ms")) return {std::chrono::milliseconds(1), 2};
  if (text.starts_with("us")) return {std::chrono::microseconds(1), 2};
  if (text.starts_with("s")) return {std::chrono::seconds(1), 1};
  if (text.starts_with("m")) return {std::chrono::minutes(1), 1};
  if (text.starts_with("h")) return {std::chrono::hours(1), 1};
  return {};
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  const Status bad = InvalidArgumentError(
      "expected a duration like 300ms, 10s, 5m or 1h30m, got \"" + Printable(text) + "\"");
  if (text.empty()) return bad;
  Duration total{};
  std::string_view rest = text;
  while (!rest.empty()) {
    size_t digits = 0;
    int64_t number = 0;
    while (digits < rest.size() && digits < 10 &&
           std::isdigit(static_cast<unsigned char>(rest[digits])) != 0) {
      number = number * 10 + (rest[digits] - '0');
      ++digits;
    }
    const Unit unit = ReadUnit(rest.substr(digits));
    if (digits == 0 || unit.size == 0) return bad;
    const int64_t room = (Duration::max() - total) / unit.length;
    if (number > room) return bad;
    total += unit.length * number;
    rest.remove_prefix(digits + unit.size);
  }
  return total;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t start = 0;
  while (true) {
    const size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) joined += separator;
    joined += part;
  }
  return joined;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string Printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\x%02x", static_cast<unsigned>(byte));
      safe += escape;
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace hawser
