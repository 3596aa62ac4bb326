// How long a session lasts, and what becomes of one that nobody works on.
#pragma once

#include <optional>
#include <string>

#include "lib/base/clock.h"
#include "lib/devsession/field_reader.h"

namespace hawser::devsession {

/// The longest time that a session may be given.
inline constexpr std::chrono::hours kLongestLife{10 * 365 * 24};

/// What becomes of a session that nobody works on.
struct Idle {
  Duration after{};  ///< without activity
  std::string action = "ScaleToZero";
  bool operator==(const Idle&) const = default;
};

/// Reads a span of time that is longer than none and at most kLongestLife.
void ReadSpan(const FieldReader& reader, const char* name, std::optional<Duration>& out);
/// Reads {after, action}.
void ReadIdle(const FieldReader& reader, const char* name, std::optional<Idle>& out);

}  // namespace hawser::devsession
