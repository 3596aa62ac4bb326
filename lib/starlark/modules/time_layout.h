// Layouts show how the time Mon Jan 2 15:04:05 MST 2006 is written; this takes them apart.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace hawser::starlark {

inline constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::array<std::string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

/// What a piece of a layout stands for.
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

/// A piece of a layout.
struct LayoutToken {
  std::string_view text;
  Element element;
  int width = 0;   ///< of numbers: 2 is filled with zeros, -2 with spaces
  bool z = false;  ///< of zones: UTC is "Z"
};

/// The piece that `layout`, which is not empty, begins with, taken off it.
LayoutToken TakeLayoutToken(std::string_view& layout);

}  // namespace hawser::starlark
