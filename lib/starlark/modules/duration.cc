// Arithmetic and text of durations.
#include "lib/starlark/modules/duration.h"

#include <array>
#include <charconv>
#include <cmath>

#include "lib/starlark/messages/modules.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

namespace {

struct Unit {
  std::string_view name;
  int64_t nanos;
};

// Longer names before those that begin them.
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1000},
                                         {"\u00b5s", 1000},
                                         {"\u03bcs", 1000},
                                         {"ms", 1'000'000},
                                         {"s", kNanosPerSecond},
                                         {"m", 60 * kNanosPerSecond},
                                         {"h", 3600 * kNanosPerSecond}}};

std::optional<int64_t> TakeNumberWithUnit(std::string_view& text) {
  double number = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (read.ec != std::errc() || text[0] == '-') return std::nullopt;
  text.remove_prefix(static_cast<size_t>(read.ptr - text.data()));
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    if (unit.name == "m" && text.starts_with("ms")) continue;
    text.remove_prefix(unit.name.size());
    const double nanos = number * static_cast<double>(unit.nanos);
    if (nanos > 9.2e18) return std::nullopt;
    return std::llround(nanos);
  }
  return std::nullopt;
}

/// `nanos` in `unit`, with as many decimals as it takes.
std::string Decimal(uint64_t nanos, uint64_t unit) {
  std::string fraction = std::to_string(unit + nanos % unit).substr(1);
  while (fraction.ends_with('0')) fraction.pop_back();
  return std::to_string(nanos / unit) + (fraction.empty() ? "" : "." + fraction);
}

Value DivideDurations(Context& context, BinaryOp op, int64_t a, int64_t b) {
  if (b == 0) return context.Fail(messages::kDurationDivisionByZero);
  if (op == BinaryOp::kDivide) {
    return MakeFloat(context.heap(), static_cast<double>(a) / static_cast<double>(b));
  }
  return MakeInt(context.heap(), a / b);
}

Value FailRange(Context& context) {
  return context.Fail(messages::kDurationOutOfRange);
}

}  // namespace

std::optional<int64_t> ParseDuration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  int64_t total = 0;
  while (!text.empty()) {
    const auto part = TakeNumberWithUnit(text);
    if (!part || __builtin_add_overflow(total, *part, &total)) return std::nullopt;
  }
  return negative ? -total : total;
}

std::string DurationValue::ToString() const {
  const uint64_t nanos =
      nanos_ < 0 ? -static_cast<uint64_t>(nanos_) : static_cast<uint64_t>(nanos_);
  const std::string sign = nanos_ < 0 ? "-" : "";
  if (nanos == 0) return "0s";
  if (nanos < 1000) return sign + std::to_string(nanos) + "ns";
  if (nanos < 1'000'000) return sign + Decimal(nanos, 1000) + "\u00b5s";
  if (nanos < kNanosPerSecond) return sign + Decimal(nanos, 1'000'000) + "ms";
  const uint64_t minutes = nanos / (60 * kNanosPerSecond);
  const std::string seconds = Decimal(nanos % (60 * kNanosPerSecond), kNanosPerSecond) + "s";
  if (minutes == 0) return sign + seconds;
  if (minutes < 60) return sign + std::to_string(minutes) + "m" + seconds;
  return sign + std::to_string(minutes / 60) + "h" + std::to_string(minutes % 60) + "m" + seconds;
}

Value DurationValue::GetAttribute(Context& context, std::string_view name) {
  const double seconds = static_cast<double>(nanos_) / kNanosPerSecond;
  Heap& heap = context.heap();
  if (name == "hours") return MakeFloat(heap, seconds / 3600);
  if (name == "minutes") return MakeFloat(heap, seconds / 60);
  if (name == "seconds") return MakeFloat(heap, seconds);
  if (name == "milliseconds") return MakeInt(heap, nanos_ / 1'000'000);
  if (name == "microseconds") return MakeInt(heap, nanos_ / 1000);
  if (name == "nanoseconds") return MakeInt(heap, nanos_);
  return Value();
}

std::vector<std::string> DurationValue::AttributeNames() const {
  return {"hours", "microseconds", "milliseconds", "minutes", "nanoseconds", "seconds"};
}

Value DurationValue::Binary(Context& context, BinaryOp op, Value other, bool self_is_left) {
  int64_t result = 0;
  if (const auto* duration = HostAs<DurationValue>(other); duration != nullptr) {
    if (!self_is_left) return Value();
    switch (op) {
      case BinaryOp::kAdd:
        return __builtin_add_overflow(nanos_, duration->nanos_, &result)
                   ? FailRange(context)
                   : MakeDuration(context.heap(), result);
      case BinaryOp::kSubtract:
        return __builtin_sub_overflow(nanos_, duration->nanos_, &result)
                   ? FailRange(context)
                   : MakeDuration(context.heap(), result);
      case BinaryOp::kDivide:
      case BinaryOp::kFloorDivide:
        return DivideDurations(context, op, nanos_, duration->nanos_);
      default:
        return Value();
    }
  }
  if (!other.Is(Type::kInt)) return Value();
  const auto number = IntToInt64(other);
  if (!number) return FailRange(context);
  if (op == BinaryOp::kMultiply) {
    return __builtin_mul_overflow(nanos_, *number, &result) ? FailRange(context)
                                                            : MakeDuration(context.heap(), result);
  }
  if (!self_is_left || (op != BinaryOp::kDivide && op != BinaryOp::kFloorDivide)) return Value();
  if (*number == 0) return context.Fail(messages::kDurationDivisionByZero);
  return MakeDuration(context.heap(), *number == -1 ? -nanos_ : nanos_ / *number);
}

std::optional<std::weak_ordering> DurationValue::Order(const HostValue& other) const {
  const auto* duration = dynamic_cast<const DurationValue*>(&other);
  if (duration == nullptr) return std::nullopt;
  return nanos_ <=> duration->nanos_;
}

bool DurationValue::Equals(const HostValue& other) const {
  const auto* duration = dynamic_cast<const DurationValue*>(&other);
  return duration != nullptr && nanos_ == duration->nanos_;
}

std::optional<uint32_t> DurationValue::Hash() const {
  return static_cast<uint32_t>(nanos_ ^ (nanos_ >> 32));
}

Value MakeDuration(Heap& heap, int64_t nanos) {
  return MakeHost(heap, std::make_shared<DurationValue>(nanos));
}

}  // namespace hawser::starlark
