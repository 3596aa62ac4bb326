// The operators: the common cases inline, all others behind one function each.
#pragma once

#include "lib/starlark/eval/evaluation.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/host.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

/// Any operator on any values; no value after a failure, which names the types.
Value Binary(Evaluation& evaluation, BinaryOp op, Value a, Value b);
Value Negate(Evaluation& evaluation, Value value);
Value Plus(Evaluation& evaluation, Value value);
Value Invert(Evaluation& evaluation, Value value);
/// `a += b` and `a |= b`: lists and dicts change in place.
Value InPlaceAdd(Evaluation& evaluation, Value a, Value b);
Value InPlaceOr(Evaluation& evaluation, Value a, Value b);

Value Index(Evaluation& evaluation, Value object, Value key);
bool SetIndex(Evaluation& evaluation, Value object, Value key, Value value);
Value Slice(Evaluation& evaluation, Value object, Value low, Value high, Value step);

/// The attribute or bound method; no value after a failure.
Value GetAttribute(Evaluation& evaluation, Value object, const AttributeName& attribute);
bool SetAttribute(Evaluation& evaluation, Value object, const String* name, Value value);
/// The attribute, or no value without failing when there is none.
Value FindAttribute(Evaluation& evaluation, Value object, const AttributeName& attribute);
std::vector<std::string> AttributeNames(Value object);

bool Truth(Value value);

inline bool IsTruthy(Value value) {
  if (value.IsTrue()) return true;
  if (value.IsFalse() || value.IsNone()) return false;
  return value.IsSmallInt() ? value.small_int() != 0 : Truth(value);
}

inline bool BothSmall(Value a, Value b) {
  return (a.bits() & b.bits() & 1) != 0;
}
inline bool BothFloat(Value a, Value b) {
  return a.IsInlineFloat() && b.IsInlineFloat();
}

inline Value Add(Evaluation& evaluation, Value a, Value b) {
  int64_t sum = 0;
  if (BothSmall(a, b) && !__builtin_add_overflow(static_cast<int64_t>(a.bits()),
                                                 static_cast<int64_t>(b.bits() - 1), &sum)) {
    return Value::FromBits(static_cast<uint64_t>(sum));
  }
  if (BothFloat(a, b)) return MakeFloat(evaluation.heap(), a.inline_float() + b.inline_float());
  return Binary(evaluation, BinaryOp::kAdd, a, b);
}

inline Value Subtract(Evaluation& evaluation, Value a, Value b) {
  int64_t difference = 0;
  if (BothSmall(a, b) && !__builtin_sub_overflow(static_cast<int64_t>(a.bits()),
                                                 static_cast<int64_t>(b.bits() - 1), &difference)) {
    return Value::FromBits(static_cast<uint64_t>(difference));
  }
  if (BothFloat(a, b)) return MakeFloat(evaluation.heap(), a.inline_float() - b.inline_float());
  return Binary(evaluation, BinaryOp::kSubtract, a, b);
}

inline Value Multiply(Evaluation& evaluation, Value a, Value b) {
  int64_t doubled = 0;
  if (BothSmall(a, b) &&
      !__builtin_mul_overflow(a.small_int(), static_cast<int64_t>(b.bits() - 1), &doubled)) {
    return Value::FromBits(static_cast<uint64_t>(doubled) | 1);
  }
  if (BothFloat(a, b)) return MakeFloat(evaluation.heap(), a.inline_float() * b.inline_float());
  return Binary(evaluation, BinaryOp::kMultiply, a, b);
}

inline Value FloorDivide(Evaluation& evaluation, Value a, Value b) {
  if (BothSmall(a, b) && a.small_int() >= 0 && b.small_int() > 0) {
    return Value::SmallInt(a.small_int() / b.small_int());
  }
  return Binary(evaluation, BinaryOp::kFloorDivide, a, b);
}

inline Value Modulo(Evaluation& evaluation, Value a, Value b) {
  if (BothSmall(a, b) && a.small_int() >= 0 && b.small_int() > 0) {
    return Value::SmallInt(a.small_int() % b.small_int());
  }
  return Binary(evaluation, BinaryOp::kModulo, a, b);
}

inline Value And(Evaluation& evaluation, Value a, Value b) {
  if (BothSmall(a, b)) return Value::FromBits(a.bits() & b.bits());
  return Binary(evaluation, BinaryOp::kAnd, a, b);
}

inline Value Or(Evaluation& evaluation, Value a, Value b) {
  if (BothSmall(a, b)) return Value::FromBits(a.bits() | b.bits());
  return Binary(evaluation, BinaryOp::kOr, a, b);
}

inline Value Xor(Evaluation& evaluation, Value a, Value b) {
  if (BothSmall(a, b)) return Value::FromBits((a.bits() ^ b.bits()) | 1);
  return Binary(evaluation, BinaryOp::kXor, a, b);
}

/// The result of a comparison as 0 or 1; -1 after a failure.
template <Comparison op>
inline int CompareFast(Evaluation& evaluation, Value a, Value b) {
  if (BothSmall(a, b)) {
    const int64_t x = static_cast<int64_t>(a.bits());
    const int64_t y = static_cast<int64_t>(b.bits());
    switch (op) {
      case Comparison::kEqual:
        return x == y;
      case Comparison::kNotEqual:
        return x != y;
      case Comparison::kLess:
        return x < y;
      case Comparison::kLessEqual:
        return x <= y;
      case Comparison::kGreater:
        return x > y;
      case Comparison::kGreaterEqual:
        return x >= y;
    }
  }
  const std::optional<bool> result = Compare(evaluation, op, a, b);
  return result ? static_cast<int>(*result) : -1;
}

}  // namespace hawser::starlark
