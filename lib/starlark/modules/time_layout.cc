// The pieces of layouts.
#include "lib/starlark/modules/time_layout.h"

#include <algorithm>

namespace hawser::starlark {

namespace {

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

}  // namespace

LayoutToken TakeLayoutToken(std::string_view& layout) {
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

}  // namespace hawser::starlark
