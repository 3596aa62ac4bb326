// Text for people and small text helpers: sizes, durations, timestamps, splitting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace hawser {

/// "312 B", "4.0 KiB", "1.2 MiB".
std::string FormatBytes(uint64_t bytes);

/// "740 us", "12.3 ms", "4.2 s", "3m20s".
std::string FormatDuration(Duration duration);

/// A duration in whole seconds as ParseDuration reads it: "12h", "1h30m", "45s".
std::string DurationToText(Duration duration);

/// RFC 3339 in UTC with whole seconds, as Kubernetes writes times: "2026-01-02T03:04:05Z".
std::string FormatTime(WallTime time);

/// Reads an RFC 3339 time, in UTC or with an offset ("+01:00"); fractions are dropped.
/// invalid_argument otherwise.
Result<WallTime> ParseTime(std::string_view text);

/// Reads a Kubernetes-style duration: "300ms", "10s", "5m", "1h30m". invalid_argument names what
/// was expected.
Result<Duration> ParseDuration(std::string_view text);

/// The parts of `text` between `separator`s; an empty text has one empty part.
std::vector<std::string_view> Split(std::string_view text, char separator);

/// The parts joined with `separator` between them.
std::string Join(const std::vector<std::string>& parts, std::string_view separator);

/// `text` without white space at its ends.
std::string_view Trim(std::string_view text);

/// Makes text from outside safe to show on a terminal: control characters become "\xNN".
std::string Printable(std::string_view text);

}  // namespace hawser
