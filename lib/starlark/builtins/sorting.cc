// sorted, min and max.
#include <algorithm>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/universe.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark::universe {

namespace {

/// A value, and what it is compared by.
struct Keyed {
  Value key;
  Value value;
};

Value KeyOf(Evaluation& evaluation, Value function, Value element) {
  return function.has_value() ? evaluation.CallValue(function, {&element, 1}) : element;
}

/// True if `a` sorts before `b`; false, too, after a failure.
struct Before {
  Evaluation& evaluation;
  bool operator()(const Keyed& a, const Keyed& b) const {
    if (BothSmall(a.key, b.key)) return a.key.small_int() < b.key.small_int();
    if (evaluation.failed()) return false;
    return Compare(evaluation, Comparison::kLess, a.key, b.key).value_or(false);
  }
};

/// Strings only: no comparison can fail.
bool AllStrings(const std::vector<Keyed>& elements) {
  return std::all_of(elements.begin(), elements.end(),
                     [](const Keyed& e) { return e.key.IsObjectOf(Type::kString); });
}

void Sort(Evaluation& evaluation, std::vector<Keyed>& elements, bool reverse) {
  // Equal elements keep their order, also when it is reversed.
  if (reverse) std::reverse(elements.begin(), elements.end());
  if (AllStrings(elements)) {
    std::stable_sort(elements.begin(), elements.end(), [](const Keyed& a, const Keyed& b) {
      return a.key.as<String>()->view() < b.key.as<String>()->view();
    });
  } else {
    std::stable_sort(elements.begin(), elements.end(), Before{evaluation});
  }
  if (reverse) std::reverse(elements.begin(), elements.end());
}

/// The least or greatest of the arguments, or of the elements of the only one.
Value Extreme(Evaluation& evaluation, const Call& call, Comparison better) {
  Value key;
  for (uint32_t i = 0; i < call.named; ++i) {
    Call only_named = call;
    only_named.positional = 0;
    only_named.args = call.args + call.positional;
    if (!UnpackArguments(evaluation, only_named,
                         {{"key", Want::kCallable, &key, kNoneIsOmitted}})) {
      return Value();
    }
  }
  if (call.positional == 0) {
    return evaluation.Fail(messages::kNothingToCompare(call.name));
  }
  const Value iterable =
      call.positional == 1 ? call[0] : MakeTuple(evaluation.heap(), {call.args, call.positional});
  Loop loop(evaluation, iterable);
  if (!loop.ok()) {
    return FailIn(evaluation, call, messages::kNotIterable(TypeName(iterable)));
  }
  Keyed best;
  for (Value element; loop.Next(element);) {
    const Value candidate = KeyOf(evaluation, key, element);
    if (!candidate.has_value()) return Value();
    if (best.value.has_value()) {
      const auto is_better = Compare(evaluation, better, candidate, best.key);
      if (!is_better) return Value();
      if (!*is_better) continue;
    }
    best = {.key = candidate, .value = element};
    evaluation.Tick();
  }
  if (best.value.has_value() || evaluation.failed()) return best.value;
  return FailIn(evaluation, call, messages::kEmptySequence);
}

}  // namespace

Value Sorted(Evaluation& evaluation, const Call& call) {
  Value iterable;
  Value key;
  Value reverse = Value::Bool(false);
  if (!UnpackArguments(evaluation, call,
                       {{"iterable", Want::kIterable, &iterable},
                        {"key", Want::kCallable, &key, kOptional},
                        {"reverse", Want::kBool, &reverse, kOptional}})) {
    return Value();
  }
  std::vector<Keyed> elements;
  Loop loop(evaluation, iterable);
  for (Value element; loop.Next(element);) {
    elements.push_back({.key = KeyOf(evaluation, key, element), .value = element});
    if (!elements.back().key.has_value()) return Value();
    evaluation.heap().BoundArray(elements.size() * sizeof(Keyed));
    evaluation.Tick();
  }
  if (evaluation.failed()) return Value();
  Sort(evaluation, elements, reverse.IsTrue());
  if (evaluation.failed()) return Value();
  List* sorted = NewList(evaluation.heap(), elements.size());
  for (const Keyed& element : elements) sorted->items[sorted->size++] = element.value;
  return Value::Of(sorted);
}

Value Max(Evaluation& evaluation, const Call& call) {
  return Extreme(evaluation, call, Comparison::kGreater);
}

Value Min(Evaluation& evaluation, const Call& call) {
  return Extreme(evaluation, call, Comparison::kLess);
}

}  // namespace hawser::starlark::universe
