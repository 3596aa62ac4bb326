// Indexing, assignment to elements, and slices.
#include <algorithm>

#include "lib/starlark/eval/containers.h"
#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark {

namespace {

std::string Name(Value value) {
  return std::string(TypeName(value));
}

bool IsIndexable(Type type) {
  return type == Type::kList || type == Type::kTuple || type == Type::kString ||
         type == Type::kBytes || type == Type::kRange || type == Type::kView;
}

/// The position that `key` names in a sequence of `size` elements; -1 after a failure.
int64_t PositionOf(Evaluation& evaluation, Value object, Value key, int64_t size) {
  if (!key.Is(Type::kInt)) {
    evaluation.Fail(messages::kIndexType(Name(object), Name(key)));
    return -1;
  }
  const std::optional<int64_t> given = IntToInt64(key);
  const int64_t i = given ? (*given < 0 ? *given + size : *given) : size;
  if (i >= 0 && i < size) return i;
  const std::string index = IntToString(key, 10);
  evaluation.Fail(size == 0 ? messages::kIndexOfEmpty(index, Name(object))
                            : messages::kIndexOutOfRange(Name(object), index, -size, size - 1));
  return -1;
}

Value ElementAt(Evaluation& evaluation, Value object, int64_t i) {
  const auto at = static_cast<size_t>(i);
  switch (object.type()) {
    case Type::kList:
      return object.as<List>()->items[at];
    case Type::kTuple:
      return object.as<Tuple>()->items[at];
    case Type::kRange:
      return Value::SmallInt(object.as<Range>()->At(i));
    case Type::kView: {
      const View* view = object.as<View>();
      const char c = view->text->data[at];
      if (view->kind == View::Kind::kElems) return MakeCharacter(c);
      return Value::SmallInt(static_cast<unsigned char>(c));
    }
    default:
      break;
  }
  const String* text = object.as<String>();
  return Substring(evaluation.heap(), text, text->view().substr(at, 1));
}

Value IndexDict(Evaluation& evaluation, Value dict, Value key) {
  const std::optional<uint32_t> hash = Hash(evaluation, key);
  if (!hash) return Value();
  const HashTable::Entry* entry = dict.as<Dict>()->table.Find(key, *hash);
  if (entry != nullptr) return entry->value;
  return evaluation.Fail(messages::kNoSuchKey(Repr(evaluation, key)));
}

}  // namespace

Value Index(Evaluation& evaluation, Value object, Value key) {
  const Type type = object.type();
  if (type == Type::kDict) return IndexDict(evaluation, object, key);
  if (IsIndexable(type) && LengthOf(object) >= 0) {
    const int64_t i = PositionOf(evaluation, object, key, LengthOf(object));
    return i < 0 ? Value() : ElementAt(evaluation, object, i);
  }
  if (type == Type::kHost) {
    const Value element = HostOf(object).Index(evaluation, key);
    if (element.has_value() || evaluation.failed()) return element;
  }
  return evaluation.Fail(messages::kNotIndexable(Name(object), Name(key)));
}

bool SetIndex(Evaluation& evaluation, Value object, Value key, Value value) {
  if (object.IsObjectOf(Type::kDict)) {
    const std::optional<uint32_t> hash = Hash(evaluation, key);
    if (!hash || !CheckMutable(evaluation, object.as<Dict>(), "insert into")) return false;
    object.as<Dict>()->table.Insert(evaluation.heap(), key, *hash, value);
    return true;
  }
  if (object.IsObjectOf(Type::kList)) {
    List* list = object.as<List>();
    const int64_t i = PositionOf(evaluation, object, key, list->size);
    if (i < 0 || !CheckMutable(evaluation, list, "assign to element of")) return false;
    list->items[i] = value;
    return true;
  }
  evaluation.Fail(messages::kNoItemAssignment(Name(object)));
  return false;
}

namespace {

/// The elements that a slice takes: every `step`th from `start`, `count` of them.
struct Span {
  int64_t start;
  int64_t step;
  int64_t count;
};

bool ReadBound(Evaluation& evaluation, Value bound, int64_t size, int64_t low, int64_t high,
               std::string_view what, int64_t& out) {
  if (bound.IsNone()) return true;
  if (!bound.Is(Type::kInt)) {
    evaluation.Fail(messages::kSliceBound(what, Name(bound)));
    return false;
  }
  const std::optional<int64_t> given = IntToInt64(bound);
  const int64_t wanted =
      given ? (*given < 0 ? *given + size : *given) : (IntSign(bound) < 0 ? low : high);
  out = std::clamp(wanted, low, high);
  return true;
}

bool ReadStep(Evaluation& evaluation, Value step, int64_t& out) {
  out = 1;
  if (step.IsNone()) return true;
  if (!step.Is(Type::kInt)) {
    evaluation.Fail(messages::kSliceStep(Name(step)));
    return false;
  }
  const int64_t wanted = IntToInt64(step).value_or(IntSign(step) * int64_t{INT32_MAX});
  out = std::clamp<int64_t>(wanted, -INT32_MAX, INT32_MAX);
  if (out != 0) return true;
  evaluation.Fail(messages::kSliceStepZero);
  return false;
}

std::optional<Span> ReadSpan(Evaluation& evaluation, int64_t size, Value low, Value high,
                             Value step) {
  int64_t stride = 1;
  if (!ReadStep(evaluation, step, stride)) return std::nullopt;
  const int64_t first = stride > 0 ? 0 : -1;
  const int64_t last = stride > 0 ? size : size - 1;
  int64_t start = stride > 0 ? first : last;
  int64_t end = stride > 0 ? last : first;
  if (!ReadBound(evaluation, low, size, first, last, "start", start)) return std::nullopt;
  if (!ReadBound(evaluation, high, size, first, last, "end", end)) return std::nullopt;
  const int64_t distance = stride > 0 ? end - start : start - end;
  const int64_t width = stride > 0 ? stride : -stride;
  return Span{start, stride, distance <= 0 ? 0 : (distance - 1) / width + 1};
}

Value SliceText(Evaluation& evaluation, const String* text, const Span& span) {
  if (span.step == 1) {
    const std::string_view part =
        text->view().substr(static_cast<size_t>(span.start), static_cast<size_t>(span.count));
    return Substring(evaluation.heap(), text, part);
  }
  std::string picked;
  for (int64_t i = 0; i < span.count; ++i) {
    picked += text->data[span.start + i * span.step];
  }
  return text->type == Type::kString ? MakeString(evaluation.heap(), picked)
                                     : MakeBytes(evaluation.heap(), picked);
}

}  // namespace

Value Slice(Evaluation& evaluation, Value object, Value low, Value high, Value step) {
  const Type type = object.type();
  if (!IsIndexable(type) || type == Type::kView) {
    return evaluation.Fail(messages::kNotSliceable(Name(object)));
  }
  const auto span = ReadSpan(evaluation, LengthOf(object), low, high, step);
  if (!span) return Value();
  if (type == Type::kString || type == Type::kBytes) {
    return SliceText(evaluation, object.as<String>(), *span);
  }
  if (type == Type::kRange) {
    const Range* range = object.as<Range>();
    const int64_t start = range->start + span->start * range->step;
    // Of fewer than two elements the step is of no account, and must not grow without end.
    const int64_t stride = span->count < 2 ? range->step : span->step * range->step;
    return MakeRange(evaluation.heap(), start, start + span->count * stride, stride);
  }
  const Value* items = type == Type::kList ? object.as<List>()->items : object.as<Tuple>()->items;
  std::vector<Value> picked(static_cast<size_t>(span->count));
  for (int64_t i = 0; i < span->count; ++i) {
    picked[static_cast<size_t>(i)] = items[span->start + i * span->step];
  }
  evaluation.Tick(picked.size() / 64);
  return type == Type::kList ? MakeList(evaluation.heap(), picked)
                             : MakeTuple(evaluation.heap(), picked);
}

}  // namespace hawser::starlark
