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

/// The tangent by the rational approximation of the Cephes library, as the Go implementation has
/// it: programs rely on tan(pi / 4) being 1, which the correctly rounded result is not.
double Tangent(double x) {
  constexpr double kLargest = 1 << 29;  // beyond it, reducing x takes more than three parts
  if (x == 0 || !(std::fabs(x) < kLargest)) return std::tan(x);
  constexpr double kPi4[] = {7.85398125648498535156e-1, 3.77489470793079817668e-8,
                             2.69515142907905952645e-15};
  const double size = std::fabs(x);
  auto octant = static_cast<uint64_t>(size * (4 / std::numbers::pi));
  octant += octant & 1;
  const auto n = static_cast<double>(octant);
  const double z = ((size - n * kPi4[0]) - n * kPi4[1]) - n * kPi4[2];
  const double square = z * z;
  const double above =
      (-1.30936939181383777e4 * square + 1.15351664838587416e6) * square - 1.79565251976484878e7;
  const double below =
      (((square + 1.36812963470692954e4) * square - 1.32089234440210967e6) * square +
       2.50083801823357916e7) *
          square -
      5.38695755929454630e7;
  double tangent = z + z * (square * above / below);
  if ((octant & 2) != 0) tangent = -1 / tangent;
  return x < 0 ? -tangent : tangent;
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
      {"tan", Unary<Tangent>},
      {"tanh", Unary<std::tanh>},
      {.name = "e", .value = MakeFloat(heap, std::numbers::e)},
      {.name = "phi", .value = MakeFloat(heap, std::numbers::phi)},
      {.name = "pi", .value = MakeFloat(heap, std::numbers::pi)},
  };
  DefineModule(environment, "math", members);
}

}  // namespace hawser::starlark
