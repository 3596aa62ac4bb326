// The module `time`.
#include <chrono>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/messages/modules.h"
#include "lib/starlark/modules/duration.h"
#include "lib/starlark/modules/modules.h"
#include "lib/starlark/modules/moment.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

namespace {

std::string Quote(Value text) {
  return "\"" + std::string(TextOf(text)) + "\"";
}

Value FromTimestamp(Evaluation& evaluation, const Call& call) {
  Value seconds;
  Value nanos;
  if (!UnpackPositional(evaluation, call,
                        {{"sec", Want::kInt, &seconds}, {"nsec", Want::kInt, &nanos, kOptional}})) {
    return Value();
  }
  const auto unix = IntToInt64(seconds);
  const auto rest = IntToInt64(nanos.has_value() ? nanos : Value::SmallInt(0));
  constexpr int64_t kFarthest = int64_t{1} << 55;
  if (!unix || !rest || std::abs(*unix) > kFarthest)
    return FailIn(evaluation, call, messages::kTimeOutOfRange);
  return MakeMoment(evaluation.heap(), *unix, *rest, Zone::Utc());
}

Value IsValidTimezone(Evaluation& evaluation, const Call& call) {
  Value name;
  if (!UnpackPositional(evaluation, call, {{"loc", Want::kString, &name}})) return Value();
  return Value::Bool(Zone::Load(TextOf(name)) != nullptr);
}

Value Now(Evaluation& evaluation, const Call& call) {
  if (!NoArguments(evaluation, call)) return Value();
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const int64_t nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
  return MakeMoment(evaluation.heap(), 0, nanos, Zone::Utc());
}

Value ParseDurationFunction(Evaluation& evaluation, const Call& call) {
  Value x;
  if (!UnpackPositional(evaluation, call, {{"d", Want::kAny, &x}})) return Value();
  if (HostAs<DurationValue>(x) != nullptr) return x;
  if (!x.IsObjectOf(Type::kString)) {
    return FailIn(evaluation, call,
                  messages::kParameterType(1, TypeName(x), "a duration, string, or int"));
  }
  const auto nanos = ParseDuration(TextOf(x));
  if (!nanos) return FailIn(evaluation, call, messages::kInvalidDuration(Quote(x)));
  return MakeDuration(evaluation.heap(), *nanos);
}

Value ParseTimeFunction(Evaluation& evaluation, const Call& call) {
  Value text;
  Value layout;
  Value location;
  if (!UnpackArguments(evaluation, call,
                       {{"x", Want::kString, &text},
                        {"format", Want::kString, &layout, kOptional},
                        {"location", Want::kString, &location, kOptional}})) {
    return Value();
  }
  const auto parsed = ParseTime(TextOf(text), layout.has_value() ? TextOf(layout) : kRfc3339);
  if (!parsed) return FailIn(evaluation, call, messages::kNotATime(Quote(text)));
  const int64_t local = parsed->civil.ToSeconds();
  if (parsed->offset) {
    return MakeMoment(evaluation.heap(), local - *parsed->offset, parsed->civil.nanosecond,
                      Zone::Fixed(*parsed->offset));
  }
  auto zone = Zone::Load(location.has_value() ? TextOf(location) : "UTC");
  if (zone == nullptr) return FailIn(evaluation, call, messages::kUnknownZone(Quote(location)));
  const int64_t unix = zone->FromLocal(local);
  return MakeMoment(evaluation.heap(), unix, parsed->civil.nanosecond, std::move(zone));
}

Value TimeFunction(Evaluation& evaluation, const Call& call) {
  Value year, month, day, hour, minute, second, nanosecond, location;
  if (!UnpackArguments(evaluation, call,
                       {{"year", Want::kInt, &year, kOptional},
                        {"month", Want::kInt, &month, kOptional},
                        {"day", Want::kInt, &day, kOptional},
                        {"hour", Want::kInt, &hour, kOptional},
                        {"minute", Want::kInt, &minute, kOptional},
                        {"second", Want::kInt, &second, kOptional},
                        {"nanosecond", Want::kInt, &nanosecond, kOptional},
                        {"location", Want::kString, &location, kOptional}})) {
    return Value();
  }
  const CivilTime civil{.year = IntOr(year, 0),
                        .month = IntOr(month, 1),
                        .day = IntOr(day, 1),
                        .hour = IntOr(hour, 0),
                        .minute = IntOr(minute, 0),
                        .second = IntOr(second, 0),
                        .nanosecond = IntOr(nanosecond, 0)};
  constexpr int64_t kLargest = 1'000'000'000;
  for (const int64_t field :
       {civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second}) {
    if (field < -kLargest || field > kLargest)
      return FailIn(evaluation, call, messages::kTimeOutOfRange);
  }
  auto zone = Zone::Load(location.has_value() ? TextOf(location) : "UTC");
  if (zone == nullptr) return FailIn(evaluation, call, messages::kUnknownZone(Quote(location)));
  const int64_t unix = zone->FromLocal(civil.ToSeconds());
  return MakeMoment(evaluation.heap(), unix, civil.nanosecond, std::move(zone));
}

}  // namespace

void DefineTime(Environment& environment) {
  const auto duration = [&](int64_t nanos) { return MakeDuration(environment.heap(), nanos); };
  const Member members[] = {
      {"from_timestamp", FromTimestamp},
      {"is_valid_timezone", IsValidTimezone},
      {"now", Now},
      {"parse_duration", ParseDurationFunction},
      {"parse_time", ParseTimeFunction},
      {"time", TimeFunction},
      {.name = "nanosecond", .value = duration(1)},
      {.name = "microsecond", .value = duration(1000)},
      {.name = "millisecond", .value = duration(1'000'000)},
      {.name = "second", .value = duration(kNanosPerSecond)},
      {.name = "minute", .value = duration(60 * kNanosPerSecond)},
      {.name = "hour", .value = duration(3600 * kNanosPerSecond)},
  };
  DefineModule(environment, "time", members);
}

}  // namespace hawser::starlark
