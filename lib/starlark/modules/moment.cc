// Calendar arithmetic and the attributes and operators of moments.
#include "lib/starlark/modules/moment.h"

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/messages/modules.h"
#include "lib/starlark/modules/duration.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kDaysPerEra = 146'097;  // 400 years
constexpr int64_t kEpochDay = 719'468;    // 1970-01-01, counted from 0000-03-01

int64_t FloorDivide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Days since 1970 of a date in the Gregorian calendar; years begin in March, so that leap days
/// come last.
int64_t DaysOf(int64_t year, int64_t month, int64_t day) {
  year += FloorDivide(month - 1, 12);
  month = (month - 1) - FloorDivide(month - 1, 12) * 12 + 1;
  year -= month <= 2 ? 1 : 0;
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kEpochDay;
}

Value Format(Evaluation& evaluation, const Call& call) {
  Value layout;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kString, &layout}})) return Value();
  return MakeString(evaluation.heap(), FormatTime(*HostAs<MomentValue>(call.self), TextOf(layout)));
}

Value InLocation(Evaluation& evaluation, const Call& call) {
  Value name;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kString, &name}})) return Value();
  auto zone = Zone::Load(TextOf(name));
  if (zone == nullptr) return FailIn(evaluation, call, messages::kUnknownZone(TextOf(name)));
  const auto* moment = HostAs<MomentValue>(call.self);
  return MakeMoment(evaluation.heap(), moment->unix_seconds(), moment->nanos(), std::move(zone));
}

}  // namespace

int64_t CivilTime::ToSeconds() const {
  return DaysOf(year, month, day) * kSecondsPerDay + hour * 3600 + minute * 60 + second;
}

CivilTime CivilTime::FromSeconds(int64_t seconds) {
  const int64_t days = FloorDivide(seconds, kSecondsPerDay) + kEpochDay;
  const int64_t rest = seconds - (days - kEpochDay) * kSecondsPerDay;
  const int64_t era = FloorDivide(days, kDaysPerEra);
  const int64_t day_of_era = days - era * kDaysPerEra;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  CivilTime civil;
  civil.day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  civil.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  civil.hour = rest / 3600;
  civil.minute = rest / 60 % 60;
  civil.second = rest % 60;
  return civil;
}

int CivilTime::Weekday() const {
  const int64_t days = DaysOf(year, month, day) + 4;
  return static_cast<int>(days - FloorDivide(days, 7) * 7);
}

int64_t CivilTime::YearDay() const {
  return DaysOf(year, month, day) - DaysOf(year, 1, 1) + 1;
}

CivilTime MomentValue::Civil() const {
  CivilTime civil = CivilTime::FromSeconds(unix_ + zone_->At(unix_).seconds);
  civil.nanosecond = nanos_;
  return civil;
}

std::string MomentValue::ToString() const {
  return FormatTime(*this, "2006-01-02 15:04:05.999999999 -0700 MST");
}

Value MomentValue::GetAttribute(Context& context, std::string_view name) {
  const CivilTime civil = Civil();
  Heap& heap = context.heap();
  if (name == "year") return MakeInt(heap, civil.year);
  if (name == "month") return MakeInt(heap, civil.month);
  if (name == "day") return MakeInt(heap, civil.day);
  if (name == "hour") return MakeInt(heap, civil.hour);
  if (name == "minute") return MakeInt(heap, civil.minute);
  if (name == "second") return MakeInt(heap, civil.second);
  if (name == "nanosecond") return MakeInt(heap, civil.nanosecond);
  if (name == "unix") return MakeInt(heap, unix_);
  if (name == "unix_nano") {
    const Value seconds =
        IntMultiply(context, MakeInt(heap, unix_), Value::SmallInt(kNanosPerSecond));
    return IntAdd(context, seconds, Value::SmallInt(nanos_));
  }
  const NativeFunction method =
      name == "format" ? Format : (name == "in_location" ? InLocation : nullptr);
  if (method == nullptr) return Value();
  // The bound method keeps its own view of this moment.
  const Value self = MakeMoment(heap, unix_, nanos_, zone_);
  return Value::Of(heap.New<Builtin>(method == Format ? "format" : "in_location", method, self));
}

std::vector<std::string> MomentValue::AttributeNames() const {
  return {"day",        "format", "hour", "in_location", "minute", "month",
          "nanosecond", "second", "unix", "unix_nano",   "year"};
}

Value MomentValue::Binary(Context& context, BinaryOp op, Value other, bool self_is_left) {
  if (const auto* duration = HostAs<DurationValue>(other); duration != nullptr) {
    const bool adds = op == BinaryOp::kAdd;
    if (!adds && (op != BinaryOp::kSubtract || !self_is_left)) return Value();
    const int64_t seconds = duration->nanos() / kNanosPerSecond;
    const int64_t nanos = duration->nanos() % kNanosPerSecond;
    return MakeMoment(context.heap(), unix_ + (adds ? seconds : -seconds),
                      nanos_ + (adds ? nanos : -nanos), zone_);
  }
  const auto* moment = HostAs<MomentValue>(other);
  if (moment == nullptr || op != BinaryOp::kSubtract || !self_is_left) return Value();
  int64_t nanos = 0;
  if (__builtin_mul_overflow(unix_ - moment->unix_, kNanosPerSecond, &nanos) ||
      __builtin_add_overflow(nanos, nanos_ - moment->nanos_, &nanos)) {
    return context.Fail(messages::kDurationOutOfRange);
  }
  return MakeDuration(context.heap(), nanos);
}

std::optional<std::weak_ordering> MomentValue::Order(const HostValue& other) const {
  const auto* moment = dynamic_cast<const MomentValue*>(&other);
  if (moment == nullptr) return std::nullopt;
  if (unix_ != moment->unix_) return unix_ <=> moment->unix_;
  return nanos_ <=> moment->nanos_;
}

bool MomentValue::Equals(const HostValue& other) const {
  const auto order = Order(other);
  return order && *order == 0;
}

std::optional<uint32_t> MomentValue::Hash() const {
  return static_cast<uint32_t>(unix_ ^ (unix_ >> 32) ^ nanos_);
}

Value MakeMoment(Heap& heap, int64_t unix, int64_t nanos, std::shared_ptr<const Zone> zone) {
  const int64_t carry = FloorDivide(nanos, kNanosPerSecond);
  return MakeHost(heap, std::make_shared<MomentValue>(unix + carry, nanos - carry * kNanosPerSecond,
                                                      std::move(zone)));
}

}  // namespace hawser::starlark
