// Reads times by a layout.
#include <algorithm>

#include "lib/starlark/modules/duration.h"
#include "lib/starlark/modules/moment.h"
#include "lib/starlark/modules/time_layout.h"

namespace hawser::starlark {

namespace {

/// Reads text by a layout, element by element.
class TimeParser {
 public:
  explicit TimeParser(std::string_view text) : text_(text) {}

  std::optional<ParsedTime> Run(std::string_view layout) {
    while (!layout.empty()) {
      const LayoutToken token = TakeLayoutToken(layout);
      if (!Read(token)) return std::nullopt;
      // A fraction of a second may follow where the layout has none.
      if (token.element == Element::kSecond && !layout.starts_with('.') && text_.starts_with('.') &&
          !ReadFraction()) {
        return std::nullopt;
      }
    }
    if (afternoon_ && result_.civil.hour < 12) result_.civil.hour += 12;
    if (morning_ && result_.civil.hour == 12) result_.civil.hour = 0;
    if (!text_.empty() || !IsValid(result_.civil)) return std::nullopt;
    if (year_day_ > 0 && !SetYearDay()) return std::nullopt;
    return result_;
  }

 private:
  static bool IsValid(const CivilTime& civil) {
    return civil.month >= 1 && civil.month <= 12 && civil.day >= 1 && civil.day <= 31 &&
           civil.hour < 24 && civil.minute < 60 && civil.second < 60 &&
           CivilTime::FromSeconds(civil.ToSeconds()).day == civil.day;
  }

  /// The day of the year becomes that of a month.
  bool SetYearDay() {
    CivilTime& civil = result_.civil;
    CivilTime counted{.year = civil.year, .month = 1, .day = year_day_};
    counted = CivilTime::FromSeconds(counted.ToSeconds());
    if (counted.year != civil.year) return false;
    civil.month = counted.month;
    civil.day = counted.day;
    return true;
  }

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
        return Number(3, 3, year_day_) && year_day_ > 0;
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
  int64_t year_day_ = 0;  ///< 0: not given
  bool afternoon_ = false;
  bool morning_ = false;
};

}  // namespace

std::optional<ParsedTime> ParseTime(std::string_view text, std::string_view layout) {
  return TimeParser(text).Run(layout);
}

}  // namespace hawser::starlark
