// Arithmetic on ints of any size and on floats.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/starlark/value/context.h"
#include "lib/starlark/value/objects.h"
#include "lib/starlark/value/value.h"

namespace hawser::starlark {

/// The int `i`, inline or as an object.
Value MakeInt(Heap& heap, int64_t i);
Value MakeUnsigned(Heap& heap, uint64_t i);

inline Value MakeFloat(Heap& heap, double d) {
  const Value inline_form = Value::InlineFloat(d);
  return inline_form.has_value() ? inline_form : Value::Of(heap.New<Float>(d));
}

/// `value` must be a float.
inline double FloatOf(Value value) {
  return value.IsInlineFloat() ? value.inline_float() : value.as<Float>()->value;
}

/// Operators on two ints (of any form). The result may fail: division by zero, too large.
Value IntAdd(Context& context, Value a, Value b);
Value IntSubtract(Context& context, Value a, Value b);
Value IntMultiply(Context& context, Value a, Value b);
Value IntFloorDivide(Context& context, Value a, Value b);
Value IntModulo(Context& context, Value a, Value b);
Value IntAnd(Context& context, Value a, Value b);
Value IntOr(Context& context, Value a, Value b);
Value IntXor(Context& context, Value a, Value b);
Value IntShiftLeft(Context& context, Value a, Value b);
Value IntShiftRight(Context& context, Value a, Value b);
Value IntNegate(Context& context, Value a);
Value IntInvert(Context& context, Value a);

/// -1, 0 or 1.
int IntSign(Value a);
int IntCompare(Value a, Value b);
/// Exact; `d` must not be NaN.
int IntCompareFloat(Value a, double d);

/// The nearest double; infinite where none is near.
double IntToDouble(Value a);
/// The same, failing when there is none.
std::optional<double> IntToFloat(Context& context, Value a);
/// Truncates; fails for NaN and infinities.
Value IntFromDouble(Context& context, double d);

/// The int in 64 bits, or nothing when it does not fit.
std::optional<int64_t> IntToInt64(Value a);

/// Digits of `base` (2 to 36), lower case, after "-" when negative.
std::string IntToString(Value a, int base);
/// `digits`: one or more digits of `base` and nothing else; no value where that is not so.
Value IntFromDigits(Context& context, std::string_view digits, int base, bool negative);

uint32_t HashInt(Value a);
uint32_t HashDouble(double d);

/// "1.5", "1e+06", "nan", "+inf": the shortest text that reads as the same float, as `str` gives
/// it.
std::string FloatToString(double d);
/// One of the conversions e, f, g, E, F, G with six digits; g as FloatToString.
std::string FormatFloat(double d, char conversion);

}  // namespace hawser::starlark
