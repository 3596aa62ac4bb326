// Writes times by a layout.
#include <cstdlib>

#include "lib/starlark/modules/duration.h"
#include "lib/starlark/modules/moment.h"
#include "lib/starlark/modules/time_layout.h"

namespace hawser::starlark {

namespace {

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

}  // namespace

std::string FormatTime(const MomentValue& moment, std::string_view layout) {
  const CivilTime civil = moment.Civil();
  const Zone::Offset& zone = moment.zone().At(moment.unix_seconds());
  std::string text;
  while (!layout.empty()) text += FormatElement(TakeLayoutToken(layout), civil, zone);
  return text;
}

}  // namespace hawser::starlark
