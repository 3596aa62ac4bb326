// Times as text: layouts that show how the time Mon Jan 2 15:04:05 MST 2006 is written.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "lib/starlark/modules/duration.h"
#include "lib/starlark/modules/moment.h"

namespace hawser::starlark {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

enum class Element : uint8_t {
  kText,
  kMonth,
  kMonthName,
  kMonthShort,
  kDay,
  kYearDay,
  kDayName,
  kDayShort,
  kHour,
  kHour12,
  kMinute,
  kSecond,
  kYear,
  kYearShort,
  kUpperPm,
  kLowerPm,
  kZoneName,
  kZone,
  kFraction,
};

struct LayoutToken {
  std::string_view text;
  Element element;
  int width = 0;   ///< of numbers: 2 is filled with zeros, -2 with spaces
  bool z = false;  ///< of zones: UTC is "Z"
};

// Longer texts before those that begin them.
constexpr LayoutToken kTokens[] = {
    {"January", Element::kMonthName},
    {"Jan", Element::kMonthShort},
    {"Monday", Element::kDayName},
    {"Mon", Element::kDayShort},
    {"MST", Element::kZoneName},
    {"2006", Element::kYear, 4},
    {"002", Element::kYearDay, 3},
    {"01", Element::kMonth, 2},
    {"02", Element::kDay, 2},
    {"03", Element::kHour12, 2},
    {"04", Element::kMinute, 2},
    {"05", Element::kSecond, 2},
    {"06", Element::kYearShort, 2},
    {"15", Element::kHour, 2},
    {"_2", Element::kDay, -2},
    {"PM", Element::kUpperPm},
    {"pm", Element::kLowerPm},
    {"Z07:00", Element::kZone, 6, true},
    {"Z0700", Element::kZone, 5, true},
    {"Z07", Element::kZone, 3, true},
    {"-07:00", Element::kZone, 6},
    {"-0700", Element::kZone, 5},
    {"-07", Element::kZone, 3},
    {"1", Element::kMonth, 1},
    {"2", Element::kDay, 1},
    {"3", Element::kHour12, 1},
    {"4", Element::kMinute, 1},
    {"5", Element::kSecond, 1},
};

/// The element that a layout begins with, taken off it.
LayoutToken TakeToken(std::string_view& layout) {
  if (layout.starts_with(".0") || layout.starts_with(".9") || layout.starts_with(",0") ||
      layout.starts_with(",9")) {
    const size_t end = std::min(layout.find_first_not_of(layout[1], 1), layout.size());
    const LayoutToken token{layout.substr(0, end), Element::kFraction};
    layout.remove_prefix(end);
    return token;
  }
  for (const LayoutToken& token : kTokens) {
    if (!layout.starts_with(token.text)) continue;
    layout.remove_prefix(token.text.size());
    return token;
  }
  const LayoutToken token{layout.substr(0, 1), Element::kText};
  layout.remove_prefix(1);
  return token;
}

std::string Pad(int64_t number, int width) {
  std::string digits = std::to_string(std::abs(number));
  const size_t wanted = static_cast<size_t>(std::abs(width));
  if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), width < 0 ? ' ' : '0');
  return (number < 0 ? "-" : "") + digits;
}

std::string FormatZone(int32_t seconds, const LayoutToken& token) {
  if (token.z && seconds == 0) return "Z";
  const int32_t minutes = std::abs(seconds) / 60;
  std::string text = (seconds < 0 ? "-" : "+") + Pad(minutes / 60, 2);
  if (token.width > 3) text += (token.width == 6 ? ":" : "") + Pad(minutes % 60, 2);
  return text;
}

std::string FormatFraction(int64_t nanos, std::string_view pattern) {
  std::string digits = Pad(nanos, 9).substr(0, pattern.size() - 1);
  if (pattern[1] == '9') {
    while (digits.ends_with('0')) digits.pop_back();
    if (digits.empty()) return "";
  }
  return pattern[0] + digits;
}

std::string FormatElement(const LayoutToken& token, const CivilTime& civil,
                          const Zone::Offset& zone) {
  const int64_t hour12 = (civil.hour + 11) % 12 + 1;
  switch (token.element) {
    case Element::kText:
      return std::string(token.text);
    case Element::kMonth:
      return Pad(civil.month, token.width);
    case Element::kMonthName:
      return std::string(kMonths[static_cast<size_t>(civil.month - 1)]);
    case Element::kMonthShort:
      return std::string(kMonths[static_cast<size_t>(civil.month - 1)].substr(0, 3));
    case Element::kDay:
      return Pad(civil.day, token.width);
    case Element::kYearDay:
      return Pad(civil.YearDay(), token.width);
    case Element::kDayName:
      return std::string(kDays[static_cast<size_t>(civil.Weekday())]);
    case Element::kDayShort:
      return std::string(kDays[static_cast<size_t>(civil.Weekday())].substr(0, 3));
    case Element::kHour:
      return Pad(civil.hour, token.width);
    case Element::kHour12:
      return Pad(hour12, token.width);
    case Element::kMinute:
      return Pad(civil.minute, token.width);
    case Element::kSecond:
      return Pad(civil.second, token.width);
    case Element::kYear:
      return Pad(civil.year, token.width);
    case Element::kYearShort:
      return Pad(civil.year % 100, token.width);
    case Element::kUpperPm:
      return civil.hour < 12 ? "AM" : "PM";
    case Element::kLowerPm:
      return civil.hour < 12 ? "am" : "pm";
    case Element::kZone:
      return FormatZone(zone.seconds, token);
    case Element::kFraction:
      return FormatFraction(civil.nanosecond, token.text);
    case Element::kZoneName:
      return zone.name.empty() ? FormatZone(zone.seconds, {"-07", Element::kZone, 5}) : zone.name;
  }
  return "";
}

/// Reads text by a layout, element by element.
class TimeParser {
 public:
  explicit TimeParser(std::string_view text) : text_(text) {}

  std::optional<ParsedTime> Run(std::string_view layout) {
    while (!layout.empty()) {
      const LayoutToken token = TakeToken(layout);
      if (!Read(token)) return std::nullopt;
      // A fraction of a second may follow where the layout has none.
      if (token.element == Element::kSecond && !layout.starts_with('.') && text_.starts_with('.') &&
          !ReadFraction()) {
        return std::nullopt;
      }
    }
    if (afternoon_ && result_.civil.hour < 12) result_.civil.hour += 12;
    if (morning_ && result_.civil.hour == 12) result_.civil.hour = 0;
    const CivilTime& civil = result_.civil;
    const bool valid = text_.empty() && civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
                       civil.day <= 31 && civil.hour < 24 && civil.minute < 60 && civil.second < 60;
    if (!valid || CivilTime::FromSeconds(civil.ToSeconds()).day != civil.day) return std::nullopt;
    return result_;
  }

 private:
  bool Number(size_t fewest, size_t most, int64_t& out) {
    size_t count = 0;
    out = 0;
    while (count < most && count < text_.size() && text_[count] >= '0' && text_[count] <= '9') {
      out = out * 10 + (text_[count++] - '0');
    }
    text_.remove_prefix(count);
    return count >= fewest;
  }

  bool Take(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }

  template <size_t n>
  bool Name(const std::array<std::string_view, n>& names, size_t length, int64_t& out) {
    for (size_t i = 0; i < n; ++i) {
      if (!Take(names[i].substr(0, length))) continue;
      out = static_cast<int64_t>(i) + 1;
      return true;
    }
    return false;
  }

  bool ReadFraction() {
    text_.remove_prefix(1);
    const size_t before = text_.size();
    if (!Number(1, 9, result_.civil.nanosecond)) return false;
    for (size_t digits = before - text_.size(); digits < 9; ++digits)
      result_.civil.nanosecond *= 10;
    return true;
  }

  bool ReadZone(const LayoutToken& token) {
    if (token.z && Take("Z")) {
      result_.offset = 0;
      return true;
    }
    const bool west = text_.starts_with('-');
    int64_t hours = 0;
    int64_t minutes = 0;
    if (!Take(west ? "-" : "+") || !Number(2, 2, hours)) return false;
    if (token.width == 6 && !Take(":")) return false;
    if (token.width > 3 && !Number(2, 2, minutes)) return false;
    const auto seconds = static_cast<int32_t>(hours * 3600 + minutes * 60);
    result_.offset = west ? -seconds : seconds;
    return true;
  }

  bool Two(int width, int64_t& out) {
    if (width < 0 && text_.starts_with(' ')) text_.remove_prefix(1);
    return Number(width == 2 ? 2 : 1, 2, out);
  }

  bool Read(const LayoutToken& token) {
    CivilTime& civil = result_.civil;
    int64_t ignored = 0;
    switch (token.element) {
      case Element::kText:
        return Take(token.text);
      case Element::kMonth:
        return Two(token.width, civil.month);
      case Element::kMonthName:
        return Name(kMonths, std::string_view::npos, civil.month);
      case Element::kMonthShort:
        return Name(kMonths, 3, civil.month);
      case Element::kDay:
        return Two(token.width, civil.day);
      case Element::kYearDay:
        civil.month = 1;
        return Number(3, 3, civil.day);
      case Element::kDayName:
        return Name(kDays, std::string_view::npos, ignored);
      case Element::kDayShort:
        return Name(kDays, 3, ignored);
      case Element::kHour:
      case Element::kHour12:
        return Two(token.width, civil.hour);
      case Element::kMinute:
        return Two(token.width, civil.minute);
      case Element::kSecond:
        return Two(token.width, civil.second);
      case Element::kYear:
        return Number(4, 4, civil.year);
      case Element::kYearShort:
        if (!Number(2, 2, civil.year)) return false;
        civil.year += civil.year >= 69 ? 1900 : 2000;
        return true;
      case Element::kUpperPm:
        return (afternoon_ = Take("PM")) || (morning_ = Take("AM"));
      case Element::kLowerPm:
        return (afternoon_ = Take("pm")) || (morning_ = Take("am"));
      case Element::kZone:
        return ReadZone(token);
      case Element::kFraction:
        if (text_.starts_with(token.text[0])) return ReadFraction();
        return token.text[1] == '9';
      case Element::kZoneName: {
        const size_t end =
            std::min(text_.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), text_.size());
        text_.remove_prefix(end);
        return end >= 3;
      }
    }
    return false;
  }

  std::string_view text_;
  ParsedTime result_{.civil = {.year = 0}, .offset = std::nullopt};
  bool afternoon_ = false;
  bool morning_ = false;
};

}  // namespace

std::string FormatTime(const MomentValue& moment, std::string_view layout) {
  const CivilTime civil = moment.Civil();
  const Zone::Offset& zone = moment.zone().At(moment.unix_seconds());
  std::string text;
  while (!layout.empty()) text += FormatElement(TakeToken(layout), civil, zone);
  return text;
}

std::optional<ParsedTime> ParseTime(std::string_view text, std::string_view layout) {
  return TimeParser(text).Run(layout);
}

}  // namespace hawser::starlark
