// Assertions record a failure and let the program go on.
#include <cmath>
#include <regex>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/modules.h"
#include "lib/starlark/modules/modules.h"
#include "lib/starlark/testing/testing.h"
#include "lib/starlark/testing/values.h"
#include "lib/starlark/value/freeze.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark {

namespace {

Value Report(Evaluation& evaluation, const Call& call, const std::string& message) {
  (*static_cast<AssertionSink*>(call.data))(evaluation.Where(), message);
  return Value::None();
}

/// Whether `pattern` is found in `text`; no value, failed, for a pattern that is none.
std::optional<bool> Search(Evaluation& evaluation, std::string_view pattern,
                           std::string_view text) {
  constexpr size_t kLongest = 1024;        // of the text that is searched
  constexpr size_t kLongestPattern = 500;  // the pattern's parser is recursive
  if (pattern.size() > kLongestPattern) {
    evaluation.Fail(messages::kPatternTooLong(kLongestPattern));
    return std::nullopt;
  }
  // Without back references, and without going back: quadratic in the text, not exponential.
  auto flags = std::regex::ECMAScript | std::regex_constants::__polynomial;
  if (pattern.starts_with("(?i)")) {
    flags |= std::regex::icase;
    pattern.remove_prefix(4);
  }
  try {
    const std::regex regex(pattern.begin(), pattern.end(), flags);
    return std::regex_search(std::string(text.substr(0, kLongest)), regex);
  } catch (const std::regex_error& error) {
    evaluation.Fail(messages::kInvalidPattern(pattern));
    return std::nullopt;
  }
}

template <bool equal>
Value AssertEqual(Evaluation& evaluation, const Call& call) {
  Value x;
  Value y;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &x}, {"y", Want::kAny, &y}}))
    return Value();
  const std::optional<bool> same = Equal(evaluation, x, y);
  if (!same) return Value();
  if (*same == equal) return Value::None();
  return Report(evaluation, call,
                (equal ? messages::kNotEqual : messages::kNotDifferent)(
                    call.name, Repr(evaluation, x), Repr(evaluation, y)));
}

Value Assert(Evaluation& evaluation, const Call& call) {
  Value condition;
  Value message;
  if (!UnpackArguments(
          evaluation, call,
          {{"cond", Want::kAny, &condition}, {"msg", Want::kAny, &message, kOptional}})) {
    return Value();
  }
  if (IsTruthy(condition)) return Value::None();
  std::string text = messages::kAssertion;
  if (message.has_value()) AppendStr(evaluation, text += ": ", message);
  return Report(evaluation, call, text);
}

/// The message that calling `function` fails with; nothing when it succeeds.
std::optional<std::string> MessageOf(Evaluation& evaluation, Value function) {
  if (evaluation.CallValue(function, {}).has_value()) return std::nullopt;
  return evaluation.Recover();
}

Value AssertFails(Evaluation& evaluation, const Call& call) {
  Value function;
  Value pattern;
  if (!UnpackPositional(evaluation, call,
                        {{"f", Want::kCallable, &function}, {"regex", Want::kString, &pattern}})) {
    return Value();
  }
  const auto message = MessageOf(evaluation, function);
  const std::string wanted(TextOf(pattern));
  if (!message) {
    return Report(evaluation, call, messages::kDidNotFail(wanted));
  }
  const auto found = Search(evaluation, wanted, *message);
  if (!found) return Value();
  if (*found) return Value::None();
  return Report(evaluation, call, messages::kOtherFailure(*message, wanted));
}

Value Catch(Evaluation& evaluation, const Call& call) {
  Value function;
  if (!UnpackPositional(evaluation, call, {{"f", Want::kCallable, &function}})) return Value();
  const auto message = MessageOf(evaluation, function);
  return message ? MakeString(evaluation.heap(), *message) : Value::None();
}

Value Error(Evaluation& evaluation, const Call& call) {
  std::string text;
  for (uint32_t i = 0; i < call.positional; ++i) {
    AppendStr(evaluation, text += (i == 0 ? "" : " "), call[i]);
  }
  return Report(evaluation, call, text);
}

Value Matches(Evaluation& evaluation, const Call& call) {
  Value pattern;
  Value text;
  if (!UnpackPositional(evaluation, call,
                        {{"regex", Want::kString, &pattern}, {"str", Want::kString, &text}})) {
    return Value();
  }
  const auto found = Search(evaluation, TextOf(pattern), TextOf(text));
  return found ? Value::Bool(*found) : Value();
}

Value FreezeFunction(Evaluation& evaluation, const Call& call) {
  Value x;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &x}})) return Value();
  Freeze(x);
  return x;
}

/// Whether two numbers are equal but for rounding.
Value FloatEqual(Evaluation& evaluation, const Call& call) {
  constexpr double kTolerance = 1e-14;
  Value x;
  Value y;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kFloat, &x}, {"y", Want::kFloat, &y}})) {
    return Value();
  }
  const double a = x.Is(Type::kFloat) ? FloatOf(x) : IntToDouble(x);
  const double b = y.Is(Type::kFloat) ? FloatOf(y) : IntToDouble(y);
  const bool both_nan = std::isnan(a) && std::isnan(b);
  const double scale = std::fmax(std::fabs(a), std::fabs(b));
  return Value::Bool(both_nan || a == b || std::fabs(a - b) <= kTolerance * scale);
}

}  // namespace

void DefineTesting(Environment& environment, AssertionSink& sink) {
  DefineStruct(environment);
  DefineJson(environment);
  DefineMath(environment);
  DefineTime(environment);
  environment.DefineFunction("assert_", Assert, &sink);
  environment.DefineFunction("assert_eq", AssertEqual<true>, &sink);
  environment.DefineFunction("assert_ne", AssertEqual<false>, &sink);
  environment.DefineFunction("assert_fails", AssertFails, &sink);
  environment.DefineFunction("catch", Catch, &sink);
  environment.DefineFunction("error", Error, &sink);
  environment.DefineFunction("matches", Matches, &sink);
  environment.Define("_freeze",
                     Value::Of(environment.heap().New<Builtin>("freeze", FreezeFunction)));
  environment.DefineFunction("_floateq", FloatEqual);
  DefineTestValues(environment);
}

}  // namespace hawser::starlark
