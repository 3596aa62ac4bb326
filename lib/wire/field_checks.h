// Checks of values that several messages have. Failures are invalid_argument and name the field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/status.h"
#include "lib/wire/entry.h"
#include "lib/wire/opening_messages.h"

namespace hawser::wire {

/// The failure: `field` does `what`.
Status BadField(std::string_view field, std::string_view what);

/// One of the enum's values from `first` to `last`.
template <typename E>
Status CheckEnum(E value, E first, E last, std::string_view field) {
  if (value >= first && value <= last) return OkStatus();
  return BadField(field, "has the unknown value " + std::to_string(static_cast<unsigned>(value)));
}

/// No NUL byte.
Status CheckText(std::string_view text, std::string_view field);

/// What fits the entry's kind, and nothing else.
Status CheckEntry(const Entry& entry);

/// Good paths and entries in ascending path order.
Status CheckEntries(const std::vector<PathEntry>& entries);

}  // namespace hawser::wire
