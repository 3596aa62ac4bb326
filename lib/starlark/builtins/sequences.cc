// Functions that make sequences and look at them.
#include <algorithm>
#include <array>
#include <memory>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/keywords.h"
#include "lib/starlark/builtins/universe.h"
#include "lib/starlark/eval/containers.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark::universe {

namespace {

/// True if the truth of some element is `wanted`; no value after a failure.
Value HasElement(Evaluation& evaluation, const Call& call, bool wanted) {
  Value iterable;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kIterable, &iterable}})) return Value();
  Loop loop(evaluation, iterable);
  for (Value element; loop.Next(element);) {
    if (IsTruthy(element) == wanted) return Value::Bool(true);
    evaluation.Tick();
  }
  return evaluation.failed() ? Value() : Value::Bool(false);
}

/// The elements of the optional argument; nothing after a failure.
std::optional<std::vector<Value>> Elements(Evaluation& evaluation, const Call& call) {
  Value iterable;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kIterable, &iterable, kOptional}})) {
    return std::nullopt;
  }
  std::vector<Value> elements;
  if (!iterable.has_value()) return elements;
  constexpr int64_t kMostReserved = 1 << 16;  // a range is long at no cost
  elements.reserve(static_cast<size_t>(std::clamp<int64_t>(LengthOf(iterable), 0, kMostReserved)));
  Loop loop(evaluation, iterable);
  for (Value element; loop.Next(element);) {
    elements.push_back(element);
    evaluation.heap().BoundArray(elements.size() * sizeof(Value));
    evaluation.Tick();
  }
  if (evaluation.failed()) return std::nullopt;
  return elements;
}

bool RangeBound(Evaluation& evaluation, const Call& call, std::string_view name, Value given,
                int64_t& out) {
  if (!given.has_value()) return true;
  const auto value = IntToInt64(given);
  if (!value || *value != static_cast<int32_t>(*value)) {
    FailIn(evaluation, call, messages::kParameterRange(name, IntToString(given, 10)));
    return false;
  }
  out = *value;
  return true;
}

}  // namespace

Value All(Evaluation& evaluation, const Call& call) {
  const Value found = HasElement(evaluation, call, false);
  return found.has_value() ? Value::Bool(found.IsFalse()) : found;
}

Value Any(Evaluation& evaluation, const Call& call) {
  return HasElement(evaluation, call, true);
}

Value DictFunction(Evaluation& evaluation, const Call& call) {
  Dict* dict = NewDict(evaluation.heap());
  return FillDict(evaluation, call, dict) ? Value::Of(dict) : Value();
}

Value Enumerate(Evaluation& evaluation, const Call& call) {
  Value iterable;
  Value first;
  if (!UnpackPositional(evaluation, call,
                        {{"x", Want::kAny, &iterable}, {"start", Want::kInt, &first, kOptional}})) {
    return Value();
  }
  if (!IsIterable(iterable)) {
    return FailIn(evaluation, call, messages::kArgumentType(TypeName(iterable), "iterable"));
  }
  List* pairs =
      NewList(evaluation.heap(), static_cast<size_t>(std::max<int64_t>(LengthOf(iterable), 0)));
  Loop loop(evaluation, iterable);
  Value number = first.has_value() ? first : Value::SmallInt(0);
  for (Value element; loop.Next(element);) {
    Append(evaluation.heap(), pairs, MakeTuple(evaluation.heap(), std::array{number, element}));
    number = Add(evaluation, number, Value::SmallInt(1));
    evaluation.Tick();
  }
  return evaluation.failed() ? Value() : Value::Of(pairs);
}

Value Len(Evaluation& evaluation, const Call& call) {
  Value x;
  if (call.positional == 1 && call.named == 0) {
    x = call[0];
  } else if (!UnpackPositional(evaluation, call, {{"x", Want::kAny, &x}})) {
    return Value();
  }
  const int64_t length = LengthOf(x);
  if (length >= 0) return Value::SmallInt(length);
  return FailIn(evaluation, call, messages::kNoLength(TypeName(x)));
}

Value ListFunction(Evaluation& evaluation, const Call& call) {
  const auto elements = Elements(evaluation, call);
  return elements ? MakeList(evaluation.heap(), *elements) : Value();
}

Value TupleFunction(Evaluation& evaluation, const Call& call) {
  if (call.positional == 1 && call[0].IsObjectOf(Type::kTuple)) return call[0];
  const auto elements = Elements(evaluation, call);
  return elements ? MakeTuple(evaluation.heap(), *elements) : Value();
}

Value RangeFunction(Evaluation& evaluation, const Call& call) {
  Value a;
  Value b;
  Value c;
  if (!UnpackPositional(evaluation, call,
                        {{"start", Want::kInt, &a},
                         {"stop", Want::kInt, &b, kOptional},
                         {"step", Want::kInt, &c, kOptional}})) {
    return Value();
  }
  int64_t start = 0;
  int64_t stop = 0;
  int64_t step = 1;
  const bool read = b.has_value() ? RangeBound(evaluation, call, "1", a, start) &&
                                        RangeBound(evaluation, call, "2", b, stop)
                                  : RangeBound(evaluation, call, "1", a, stop);
  if (!read || !RangeBound(evaluation, call, "3", c, step)) return Value();
  if (step == 0) return FailIn(evaluation, call, messages::kStepZero);
  return MakeRange(evaluation.heap(), start, stop, step);
}

Value Reversed(Evaluation& evaluation, const Call& call) {
  Value iterable;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kIterable, &iterable}})) return Value();
  auto elements = Elements(evaluation, call);
  if (!elements) return Value();
  std::reverse(elements->begin(), elements->end());
  return MakeList(evaluation.heap(), *elements);
}

Value SetFunction(Evaluation& evaluation, const Call& call) {
  Value iterable;
  if (!UnpackPositional(evaluation, call, {{"x", Want::kIterable, &iterable, kOptional}})) {
    return Value();
  }
  if (!iterable.has_value()) return Value::Of(NewSet(evaluation.heap()));
  const Dict* set = SetOf(evaluation, iterable);
  return set != nullptr ? Value::Of(set) : Annotate(evaluation, call);
}

Value Zip(Evaluation& evaluation, const Call& call) {
  if (call.named > 0) return evaluation.Fail(messages::kAcceptsNoKeywords("zip"));
  std::vector<std::unique_ptr<Loop>> loops;
  for (uint32_t i = 0; i < call.positional; ++i) {
    loops.push_back(std::make_unique<Loop>(evaluation, call[i]));
    if (loops.back()->ok()) continue;
    return FailIn(evaluation, call, messages::kZipArgument(i + 1, TypeName(call[i])));
  }
  List* tuples = NewList(evaluation.heap());
  std::vector<Value> elements(loops.size());
  while (!loops.empty()) {
    for (size_t i = 0; i < loops.size(); ++i) {
      if (!loops[i]->Next(elements[i])) return evaluation.failed() ? Value() : Value::Of(tuples);
    }
    Append(evaluation.heap(), tuples, MakeTuple(evaluation.heap(), elements));
    evaluation.Tick();
  }
  return Value::Of(tuples);
}

}  // namespace hawser::starlark::universe
