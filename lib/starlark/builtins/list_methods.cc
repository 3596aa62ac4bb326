// The methods of lists.
#include <algorithm>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/methods.h"
#include "lib/starlark/eval/containers.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/numbers.h"

namespace hawser::starlark {

namespace {

List* SelfList(const Call& call) {
  return call.self.as<List>();
}

Value ListAppend(Evaluation& evaluation, const Call& call) {
  if (call.positional != 1 || call.named != 0) {
    Value unused;
    UnpackPositional(evaluation, call, {{"object", Want::kAny, &unused}});
    return Value();
  }
  if (!Mutable(evaluation, call, SelfList(call), "append to")) return Value();
  Append(evaluation.heap(), SelfList(call), call[0]);
  return Value::None();
}

Value ListClear(Evaluation& evaluation, const Call& call) {
  if (!NoArguments(evaluation, call) || !Mutable(evaluation, call, SelfList(call), "clear"))
    return Value();
  SelfList(call)->size = 0;
  return Value::None();
}

Value ListExtend(Evaluation& evaluation, const Call& call) {
  Value iterable;
  if (!UnpackPositional(evaluation, call, {{"iterable", Want::kIterable, &iterable}}))
    return Value();
  if (!Mutable(evaluation, call, SelfList(call), "extend")) return Value();
  return ExtendList(evaluation, SelfList(call), iterable) ? Value::None() : Value();
}

/// A start or end as slices take it: counted from the end when negative, and within the list.
size_t Clamp(Value index, int64_t fallback, int64_t size) {
  int64_t i = IntOr(index, fallback);
  if (i < 0) i = std::max<int64_t>(i, -size) + size;
  return static_cast<size_t>(std::clamp<int64_t>(i, 0, size));
}

/// Where `value` first is from `start` to before `end`; `end` when nowhere; nothing after a
/// failure.
std::optional<size_t> Find(Evaluation& evaluation, const List* list, Value value, size_t start,
                           size_t end) {
  for (size_t i = start; i < end; ++i) {
    const std::optional<bool> equal = Equal(evaluation, list->items[i], value);
    if (!equal) return std::nullopt;
    if (*equal) return i;
  }
  return end;
}

Value ListIndex(Evaluation& evaluation, const Call& call) {
  Value value;
  Value start;
  Value end;
  if (!UnpackPositional(evaluation, call,
                        {{"value", Want::kAny, &value},
                         {"start", Want::kInt, &start, kNoneIsOmitted},
                         {"end", Want::kInt, &end, kNoneIsOmitted}})) {
    return Value();
  }
  const int64_t size = SelfList(call)->size;
  const size_t last = Clamp(end, size, size);
  const auto found = Find(evaluation, SelfList(call), value, Clamp(start, 0, size), last);
  if (!found) return Annotate(evaluation, call);
  if (*found >= last) return FailIn(evaluation, call, messages::kValueNotInList);
  return Value::SmallInt(static_cast<int64_t>(*found));
}

Value ListInsert(Evaluation& evaluation, const Call& call) {
  Value index;
  Value value;
  if (!UnpackPositional(evaluation, call,
                        {{"index", Want::kInt, &index}, {"object", Want::kAny, &value}})) {
    return Value();
  }
  if (!Mutable(evaluation, call, SelfList(call), "insert into")) return Value();
  List* list = SelfList(call);
  const size_t at = Clamp(index, 0, list->size);
  Append(evaluation.heap(), list, value);
  std::rotate(list->items + at, list->items + list->size - 1, list->items + list->size);
  return Value::None();
}

Value RemoveAt(List* list, size_t i) {
  const Value removed = list->items[i];
  std::copy(list->items + i + 1, list->items + list->size, list->items + i);
  --list->size;
  return removed;
}

Value ListPop(Evaluation& evaluation, const Call& call) {
  Value index;
  if (!UnpackPositional(evaluation, call, {{"index", Want::kInt, &index, kOptional}}))
    return Value();
  List* list = SelfList(call);
  const int64_t size = list->size;
  const int64_t given = IntOr(index, size - 1);
  const int64_t i = given < 0 && index.has_value() ? given + size : given;
  if (i < 0 || i >= size) {
    if (size == 0) return FailIn(evaluation, call, messages::kPopOfEmpty(given));
    return FailIn(evaluation, call, messages::kPopOutOfRange(given, -size, size - 1));
  }
  if (!Mutable(evaluation, call, SelfList(call), "pop from")) return Value();
  return RemoveAt(list, static_cast<size_t>(i));
}

Value ListRemove(Evaluation& evaluation, const Call& call) {
  Value value;
  if (!UnpackPositional(evaluation, call, {{"value", Want::kAny, &value}})) return Value();
  if (!Mutable(evaluation, call, SelfList(call), "remove from")) return Value();
  List* list = SelfList(call);
  const auto found = Find(evaluation, list, value, 0, list->size);
  if (!found) return Annotate(evaluation, call);
  if (*found >= list->size) return FailIn(evaluation, call, messages::kElementNotFound);
  RemoveAt(list, *found);
  return Value::None();
}

constexpr Method kListMethods[] = {
    {"append", ListAppend}, {"clear", ListClear}, {"extend", ListExtend}, {"index", ListIndex},
    {"insert", ListInsert}, {"pop", ListPop},     {"remove", ListRemove},
};

}  // namespace

std::span<const Method> ListMethods() {
  return kListMethods;
}

}  // namespace hawser::starlark
