// The module `math`.
#include <cmath>
#include <numbers>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/messages/modules.h"
#include "lib/starlark/modules/modules.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

namespace {

/// A number as a float; nothing after a failure.
std::optional<double> Number(Evaluation& evaluation, const Call& call, uint32_t i) {
  const Value x = call[i];
  if (x.Is(Type::kFloat)) return FloatOf(x);
  if (x.Is(Type::kInt)) return IntToFloat(evaluation, x);
  FailIn(evaluation, call, messages::kParameterType(i + 1, TypeName(x), "a float or an int"));
  return std::nullopt;
}

bool Count(Evaluation& evaluation, const Call& call, uint32_t wanted) {
  if (call.named == 0 && call.positional == wanted) return true;
  FailIn(evaluation, call,
         call.named > 0 ? std::string(messages::kNoKeywords)
                        : messages::kArgumentCount(call.positional, wanted));
  return false;
}

template <double (*function)(double)>
Value Unary(Evaluation& evaluation, const Call& call) {
  if (!Count(evaluation, call, 1)) return Value();
  const auto x = Number(evaluation, call, 0);
  return x ? MakeFloat(evaluation.heap(), function(*x)) : Value();
}

template <double (*function)(double, double)>
Value BinaryFunction(Evaluation& evaluation, const Call& call) {
  if (!Count(evaluation, call, 2)) return Value();
  const auto x = Number(evaluation, call, 0);
  const auto y = x ? Number(evaluation, call, 1) : std::nullopt;
  return y ? MakeFloat(evaluation.heap(), function(*x, *y)) : Value();
}

/// Rounds to an int.
template <double (*function)(double)>
Value ToInt(Evaluation& evaluation, const Call& call) {
  if (!Count(evaluation, call, 1)) return Value();
  if (call[0].Is(Type::kInt)) return call[0];
  const auto x = Number(evaluation, call, 0);
  if (!x) return Value();
  // What has no int stays as it is.
  if (!std::isfinite(*x)) return MakeFloat(evaluation.heap(), *x);
  return IntFromDouble(evaluation, function(*x));
}

Value Absolute(Evaluation& evaluation, const Call& call) {
  if (!Count(evaluation, call, 1)) return Value();
  if (call[0].Is(Type::kInt)) {
    return IntSign(call[0]) < 0 ? IntNegate(evaluation, call[0]) : call[0];
  }
  const auto x = Number(evaluation, call, 0);
  return x ? MakeFloat(evaluation.heap(), std::fabs(*x)) : Value();
}

Value Log(Evaluation& evaluation, const Call& call) {
  if (call.positional == 1) return Unary<std::log>(evaluation, call);
  if (!Count(evaluation, call, 2)) return Value();
  const auto x = Number(evaluation, call, 0);
  const auto base = x ? Number(evaluation, call, 1) : std::nullopt;
  if (!base) return Value();
  if (*base == 1) return FailIn(evaluation, call, messages::kDivisionByZero);
  return MakeFloat(evaluation.heap(), std::log(*x) / std::log(*base));
}

double Degrees(double x) {
  return x * 180 / std::numbers::pi;
}
double Radians(double x) {
  return x * (std::numbers::pi / 180);
}
double Round(double x) {
  return std::round(x);
}

}  // namespace

void DefineMath(Environment& environment) {
  Heap& heap = environment.heap();
  const Member members[] = {
      {"abs", Absolute},
      {"acos", Unary<std::acos>},
      {"acosh", Unary<std::acosh>},
      {"asin", Unary<std::asin>},
      {"asinh", Unary<std::asinh>},
      {"atan", Unary<std::atan>},
      {"atan2", BinaryFunction<std::atan2>},
      {"atanh", Unary<std::atanh>},
      {"ceil", ToInt<std::ceil>},
      {"copysign", BinaryFunction<std::copysign>},
      {"cos", Unary<std::cos>},
      {"cosh", Unary<std::cosh>},
      {"degrees", Unary<Degrees>},
      {"exp", Unary<std::exp>},
      {"fabs", Unary<std::fabs>},
      {"floor", ToInt<std::floor>},
      {"gamma", Unary<std::tgamma>},
      {"hypot", BinaryFunction<std::hypot>},
      {"log", Log},
      {"mod", BinaryFunction<std::fmod>},
      {"pow", BinaryFunction<std::pow>},
      {"radians", Unary<Radians>},
      {"remainder", BinaryFunction<std::remainder>},
      {"round", Unary<Round>},
      {"sin", Unary<std::sin>},
      {"sinh", Unary<std::sinh>},
      {"sqrt", Unary<std::sqrt>},
      {"tan", Unary<std::tan>},
      {"tanh", Unary<std::tanh>},
      {.name = "e", .value = MakeFloat(heap, std::numbers::e)},
      {.name = "phi", .value = MakeFloat(heap, std::numbers::phi)},
      {.name = "pi", .value = MakeFloat(heap, std::numbers::pi)},
  };
  DefineModule(environment, "math", members);
}

}  // namespace hawser::starlark
