// The operators on values that are not both small.
#include "lib/starlark/eval/operators.h"

#include <array>
#include <cmath>

#include "lib/starlark/eval/containers.h"
#include "lib/starlark/eval/sequence_operators.h"
#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/iterate.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark {

namespace {

std::string_view Symbol(BinaryOp op) {
  static constexpr std::array<std::string_view, 12> kSymbols = {"+", "-", "*", "/",  "//", "%",
                                                                "&", "|", "^", "<<", ">>", "in"};
  return kSymbols[static_cast<size_t>(op)];
}

std::optional<double> ToFloat(Evaluation& evaluation, Value number) {
  if (number.Is(Type::kFloat)) return FloatOf(number);
  return IntToFloat(evaluation, number);
}

double FloorModulo(double x, double y) {
  const double remainder = std::fmod(x, y);
  return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder;
}

/// Two numbers of which one is a float, or any two for `/`.
Value FloatBinary(Evaluation& evaluation, BinaryOp op, Value a, Value b) {
  const std::optional<double> x = ToFloat(evaluation, a);
  const std::optional<double> y = x ? ToFloat(evaluation, b) : std::nullopt;
  if (!y) return Value();
  Heap& heap = evaluation.heap();
  switch (op) {
    case BinaryOp::kAdd:
      return MakeFloat(heap, *x + *y);
    case BinaryOp::kSubtract:
      return MakeFloat(heap, *x - *y);
    case BinaryOp::kMultiply:
      return MakeFloat(heap, *x * *y);
    case BinaryOp::kDivide:
      if (*y == 0) return evaluation.Fail(messages::kFloatDivisionByZero);
      return MakeFloat(heap, *x / *y);
    case BinaryOp::kFloorDivide:
      if (*y == 0) return evaluation.Fail(messages::kFlooredDivisionByZero);
      return MakeFloat(heap, std::floor(*x / *y));
    default:
      if (*y == 0) return evaluation.Fail(messages::kFloatModuloByZero);
      return MakeFloat(heap, FloorModulo(*x, *y));
  }
}

Value IntBinary(Evaluation& evaluation, BinaryOp op, Value a, Value b) {
  switch (op) {
    case BinaryOp::kAdd:
      return IntAdd(evaluation, a, b);
    case BinaryOp::kSubtract:
      return IntSubtract(evaluation, a, b);
    case BinaryOp::kMultiply:
      return IntMultiply(evaluation, a, b);
    case BinaryOp::kFloorDivide:
      return IntFloorDivide(evaluation, a, b);
    case BinaryOp::kModulo:
      return IntModulo(evaluation, a, b);
    case BinaryOp::kAnd:
      return IntAnd(evaluation, a, b);
    case BinaryOp::kOr:
      return IntOr(evaluation, a, b);
    case BinaryOp::kXor:
      return IntXor(evaluation, a, b);
    case BinaryOp::kShiftLeft:
      return IntShiftLeft(evaluation, a, b);
    case BinaryOp::kShiftRight:
      return IntShiftRight(evaluation, a, b);
    case BinaryOp::kDivide:
      return FloatBinary(evaluation, op, a, b);
    case BinaryOp::kIn:
      return Value();
  }
  return Value();
}

/// Everything that is not arithmetic; no value without failing where it is not defined.
Value OtherBinary(Evaluation& evaluation, BinaryOp op, Value a, Value b) {
  switch (op) {
    case BinaryOp::kAdd:
      return AddSequences(evaluation, a, b);
    case BinaryOp::kMultiply: {
      const Value repeated = Repeat(evaluation, a, b);
      return repeated.has_value() || evaluation.failed() ? repeated : Repeat(evaluation, b, a);
    }
    case BinaryOp::kModulo:
      return a.IsObjectOf(Type::kString) ? FormatPercent(evaluation, a.as<String>(), b) : Value();
    case BinaryOp::kIn:
      return In(evaluation, a, b);
    case BinaryOp::kOr:
      if (a.IsObjectOf(Type::kDict) && b.IsObjectOf(Type::kDict)) {
        return MergeDicts(evaluation, a.as<Dict>(), b.as<Dict>());
      }
      [[fallthrough]];
    case BinaryOp::kAnd:
    case BinaryOp::kXor:
    case BinaryOp::kSubtract:
      if (!a.IsObjectOf(Type::kSet) || !b.IsObjectOf(Type::kSet)) return Value();
      return CombineSets(evaluation, op, a.as<Dict>(), b.as<Dict>());
    default:
      return Value();
  }
}

Value HostBinary(Evaluation& evaluation, BinaryOp op, Value a, Value b) {
  Value result;
  if (a.Is(Type::kHost)) result = HostOf(a).Binary(evaluation, op, b, true);
  if (result.has_value() || evaluation.failed()) return result;
  return b.Is(Type::kHost) ? HostOf(b).Binary(evaluation, op, a, false) : Value();
}

}  // namespace

Value Binary(Evaluation& evaluation, BinaryOp op, Value a, Value b) {
  Value result;
  if (a.IsNumber() && b.IsNumber() && op != BinaryOp::kIn) {
    if (a.Is(Type::kInt) && b.Is(Type::kInt)) return IntBinary(evaluation, op, a, b);
    if (op <= BinaryOp::kModulo) return FloatBinary(evaluation, op, a, b);
  } else if (a.Is(Type::kHost) || b.Is(Type::kHost)) {
    result = HostBinary(evaluation, op, a, b);
    if (!result.has_value() && !evaluation.failed()) result = OtherBinary(evaluation, op, a, b);
  } else {
    result = OtherBinary(evaluation, op, a, b);
  }
  if (result.has_value() || evaluation.failed()) return result;
  return evaluation.Fail(messages::kBinaryOperator(TypeName(a), Symbol(op), TypeName(b)));
}

bool Truth(Value value) {
  switch (value.type()) {
    case Type::kFloat:
      return FloatOf(value) != 0;
    case Type::kHost:
      return HostOf(value).Truth();
    case Type::kView:
      return value.as<View>()->text->size > 0;
    case Type::kString:
    case Type::kBytes:
    case Type::kList:
    case Type::kTuple:
    case Type::kDict:
    case Type::kSet:
    case Type::kRange:
      return LengthOf(value) != 0;
    default:
      return true;
  }
}

namespace {

Value FailUnary(Evaluation& evaluation, std::string_view op, Value value) {
  return evaluation.Fail(messages::kUnaryOperator(op, TypeName(value)));
}

}  // namespace

Value Negate(Evaluation& evaluation, Value value) {
  if (value.Is(Type::kInt)) return IntNegate(evaluation, value);
  if (value.Is(Type::kFloat)) return MakeFloat(evaluation.heap(), -FloatOf(value));
  return FailUnary(evaluation, "-", value);
}

Value Plus(Evaluation& evaluation, Value value) {
  return value.IsNumber() ? value : FailUnary(evaluation, "+", value);
}

Value Invert(Evaluation& evaluation, Value value) {
  return value.Is(Type::kInt) ? IntInvert(evaluation, value) : FailUnary(evaluation, "~", value);
}

Value InPlaceAdd(Evaluation& evaluation, Value a, Value b) {
  const bool extends = a.IsObjectOf(Type::kList) && IsIterable(b) && !b.Is(Type::kHost);
  if (!extends) return Add(evaluation, a, b);
  List* list = a.as<List>();
  if (!CheckMutable(evaluation, list, "apply += to")) return Value();
  return ExtendList(evaluation, list, b) ? a : Value();
}

Value InPlaceOr(Evaluation& evaluation, Value a, Value b) {
  if (!a.IsObjectOf(Type::kDict) || !b.IsObjectOf(Type::kDict)) return Or(evaluation, a, b);
  if (!CheckMutable(evaluation, a.as<Dict>(), "insert into")) return Value();
  b.as<Dict>()->table.ForEach([&](const HashTable::Entry& entry) {
    a.as<Dict>()->table.Insert(evaluation.heap(), entry.key, entry.hash, entry.value);
  });
  return a;
}

}  // namespace hawser::starlark
