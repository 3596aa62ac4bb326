// The value `time.time`: a moment, seen in a time zone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/starlark/modules/zone.h"
#include "lib/starlark/value/host.h"

namespace hawser::starlark {

/// What clocks and calendars show.
struct CivilTime {
  int64_t year = 1;
  int64_t month = 1;
  int64_t day = 1;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t nanosecond = 0;

  /// Seconds since 1970 as if clocks showed UTC. Months and all smaller fields may be out of range.
  int64_t ToSeconds() const;
  static CivilTime FromSeconds(int64_t seconds);
  int Weekday() const;      ///< 0: Sunday
  int64_t YearDay() const;  ///< 1: the first of January
};

class MomentValue : public HostValue {
 public:
  MomentValue(int64_t unix, int64_t nanos, std::shared_ptr<const Zone> zone)
      : unix_(unix), nanos_(nanos), zone_(std::move(zone)) {}

  CivilTime Civil() const;
  int64_t unix_seconds() const { return unix_; }
  int64_t nanos() const { return nanos_; }
  const Zone& zone() const { return *zone_; }

  std::string_view TypeName() const override { return "time.time"; }
  std::string ToString() const override;
  Value GetAttribute(Context& context, std::string_view name) override;
  std::vector<std::string> AttributeNames() const override;
  Value Binary(Context& context, BinaryOp op, Value other, bool self_is_left) override;
  std::optional<std::weak_ordering> Order(const HostValue& other) const override;
  bool Equals(const HostValue& other) const override;
  std::optional<uint32_t> Hash() const override;

 private:
  int64_t unix_;
  int64_t nanos_;
  std::shared_ptr<const Zone> zone_;
};

/// `nanos` may be any number: seconds are carried.
Value MakeMoment(Heap& heap, int64_t unix, int64_t nanos, std::shared_ptr<const Zone> zone);

/// The moment as the layout shows the time Mon Jan 2 15:04:05 MST 2006.
std::string FormatTime(const MomentValue& moment, std::string_view layout);

/// A civil time as text of that layout tells it, and its offset from UTC if that is told.
struct ParsedTime {
  CivilTime civil;
  std::optional<int32_t> offset;
};
std::optional<ParsedTime> ParseTime(std::string_view text, std::string_view layout);

inline constexpr std::string_view kRfc3339 = "2006-01-02T15:04:05Z07:00";

}  // namespace hawser::starlark
