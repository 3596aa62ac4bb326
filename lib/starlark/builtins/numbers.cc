// abs, bool, float, int.
#include <charconv>
#include <cmath>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/universe.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark::universe {

namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return lower;
}

/// "inf", "infinity" or "nan", with or without a sign, in any case.
std::optional<double> ParseNonFinite(std::string_view text) {
  std::string name = Lower(text);
  const bool negative = name.starts_with('-');
  if (negative || name.starts_with('+')) name.erase(0, 1);
  if (name == "nan") return std::nan("");
  if (name == "inf" || name == "infinity") return negative ? -HUGE_VAL : HUGE_VAL;
  return std::nullopt;
}

Value ParseFloat(Evaluation& evaluation, std::string_view text) {
  if (text.empty()) return evaluation.Fail(messages::kFloatEmpty);
  if (const auto special = ParseNonFinite(text)) return MakeFloat(evaluation.heap(), *special);
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const bool plausible = !digits.empty() &&
                         digits.find_first_of("iInN") == std::string_view::npos &&
                         !(text.starts_with('+') && digits.starts_with('-'));
  double d = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, d);
  if (!plausible || read.ptr != end || read.ec == std::errc::invalid_argument) {
    return evaluation.Fail(messages::kFloatLiteral(text));
  }
  if (read.ec == std::errc::result_out_of_range)
    d = std::strtod(std::string(digits).c_str(), nullptr);
  if (std::isinf(d)) return evaluation.Fail(messages::kFloatTooLarge);
  return MakeFloat(evaluation.heap(), d);
}

/// The base that a prefix like 0x stands for, or 0.
int BaseOf(std::string_view digits) {
  if (digits.size() < 2 || digits[0] != '0') return 0;
  const char marker = static_cast<char>(digits[1] | 0x20);
  return marker == 'x' ? 16 : marker == 'o' ? 8 : marker == 'b' ? 2 : 0;
}

Value ParseInt(Evaluation& evaluation, std::string_view text, int64_t base) {
  std::string_view digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  const int marked = BaseOf(digits);
  int actual = static_cast<int>(base);
  if (marked != 0 && (base == 0 || base == marked)) {
    digits.remove_prefix(2);
    actual = marked;
  } else if (base == 0) {
    actual = 10;
    // Neither octal nor decimal: 0123.
    if (digits.starts_with('0') && digits.find_first_not_of('0') != std::string_view::npos)
      digits = "";
  }
  const Value value = IntFromDigits(evaluation, digits, actual, negative);
  if (value.has_value() || evaluation.failed()) return value;
  return evaluation.Fail(messages::kIntLiteral(base, text));
}

}  // namespace

Value Abs(Evaluation& evaluation, const Call& call) {
  Value x;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &x}})) return Value();
  if (x.Is(Type::kFloat)) return MakeFloat(evaluation.heap(), std::fabs(FloatOf(x)));
  if (!x.Is(Type::kInt))
    return FailIn(evaluation, call, messages::kArgumentType(TypeName(x), "int or float"));
  return IntSign(x) < 0 ? IntNegate(evaluation, x) : x;
}

Value Bool(Evaluation& evaluation, const Call& call) {
  Value x = Value::Bool(false);
  if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &x, kOptional}})) return Value();
  return Value::Bool(IsTruthy(x));
}

Value Float(Evaluation& evaluation, const Call& call) {
  if (call.named > 0) return evaluation.Fail(messages::kAcceptsNoKeywords("float"));
  if (call.positional == 0) return MakeFloat(evaluation.heap(), 0);
  if (call.positional > 1) {
    return evaluation.Fail(messages::kFloatArgumentCount(call.positional));
  }
  const Value x = call[0];
  switch (x.type()) {
    case Type::kBool:
      return MakeFloat(evaluation.heap(), x.IsTrue() ? 1 : 0);
    case Type::kFloat:
      return x;
    case Type::kString:
      return ParseFloat(evaluation, TextOf(x));
    case Type::kInt: {
      const auto d = IntToFloat(evaluation, x);
      return d ? MakeFloat(evaluation.heap(), *d) : Value();
    }
    default:
      return evaluation.Fail(messages::kFloatArgument(TypeName(x)));
  }
}

Value Int(Evaluation& evaluation, const Call& call) {
  Value x;
  Value base;
  if (!UnpackArguments(evaluation, call,
                       {{"x", Want::kAny, &x}, {"base", Want::kAny, &base, kOptional}})) {
    return Value();
  }
  if (x.IsObjectOf(Type::kString)) {
    if (base.has_value() && !base.Is(Type::kInt)) {
      return FailIn(evaluation, call, messages::kIntBaseType(TypeName(base)));
    }
    const int64_t radix = IntOr(base, 10);
    if (radix != 0 && (radix < 2 || radix > 36)) {
      return FailIn(evaluation, call, messages::kIntBase);
    }
    return ParseInt(evaluation, TextOf(x), radix);
  }
  if (base.has_value()) return FailIn(evaluation, call, messages::kIntBaseUnused);
  if (x.IsBool()) return Value::SmallInt(x.IsTrue() ? 1 : 0);
  if (x.Is(Type::kInt)) return x;
  if (!x.Is(Type::kFloat)) {
    return FailIn(evaluation, call, messages::kNotToInt(TypeName(x)));
  }
  const Value converted = IntFromDouble(evaluation, FloatOf(x));
  return converted.has_value() ? converted : Annotate(evaluation, call);
}

}  // namespace hawser::starlark::universe
