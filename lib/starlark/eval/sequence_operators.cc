// Repetition, concatenation and membership.
#include "lib/starlark/eval/sequence_operators.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "lib/starlark/eval/operators.h"
#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/iterate.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark {

namespace {

constexpr int64_t kMaxRepeated = int64_t{1} << 30;

/// The number of times to repeat `size` elements; -1 after a failure.
int64_t RepeatCount(Evaluation& evaluation, int64_t size, Value count) {
  const std::optional<int64_t> times = IntToInt64(count);
  if (!times || *times > INT32_MAX) {
    if (IntSign(count) < 0) return 0;
    evaluation.Fail(messages::kRepeatTooLarge(IntToString(count, 10)));
    return -1;
  }
  if (*times <= 0 || size == 0) return 0;
  if (*times > kMaxRepeated / size) {
    evaluation.Fail(messages::kExcessiveRepeat(size, *times));
    return -1;
  }
  evaluation.Tick(static_cast<uint64_t>(size * *times) / 64);
  return *times;
}

Value RepeatText(Evaluation& evaluation, const String* text, Value count) {
  const int64_t times = RepeatCount(evaluation, static_cast<int64_t>(text->size), count);
  if (times < 0) return Value();
  const size_t size = text->size * static_cast<size_t>(times);
  char* data = static_cast<char*>(evaluation.heap().Allocate(size));
  for (size_t at = 0; at < size; at += text->size) std::memcpy(data + at, text->data, text->size);
  return Value::Of(evaluation.heap().New<String>(text->type, data, size));
}

Value RepeatItems(Evaluation& evaluation, Value sequence, Value count) {
  const bool list = sequence.Is(Type::kList);
  const Value* items = list ? sequence.as<List>()->items : sequence.as<Tuple>()->items;
  const uint32_t size = list ? sequence.as<List>()->size : sequence.as<Tuple>()->size;
  const int64_t times = RepeatCount(evaluation, size, count);
  if (times < 0) return Value();
  const size_t total = size * static_cast<size_t>(times);
  Value result;
  Value* out = nullptr;
  if (list) {
    List* repeated = NewList(evaluation.heap(), total);
    repeated->size = static_cast<uint32_t>(total);
    out = repeated->items;
    result = Value::Of(repeated);
  } else {
    Tuple* repeated = NewTuple(evaluation.heap(), total);
    out = repeated->items;
    result = Value::Of(repeated);
  }
  for (size_t at = 0; at < total; ++at) out[at] = items[at % size];
  return result;
}

bool IsText(Value value) {
  return value.IsObjectOf(Type::kString) || value.IsObjectOf(Type::kBytes);
}
bool IsItems(Value value) {
  return value.IsObjectOf(Type::kList) || value.IsObjectOf(Type::kTuple);
}

Value ConcatenateItems(Heap& heap, Value a, Value b) {
  if (a.Is(Type::kTuple)) {
    const Tuple* x = a.as<Tuple>();
    const Tuple* y = b.as<Tuple>();
    Tuple* joined = NewTuple(heap, size_t{x->size} + y->size);
    std::copy(x->items, x->items + x->size, joined->items);
    std::copy(y->items, y->items + y->size, joined->items + x->size);
    return Value::Of(joined);
  }
  const List* x = a.as<List>();
  const List* y = b.as<List>();
  List* joined = NewList(heap, size_t{x->size} + y->size);
  std::copy(x->items, x->items + x->size, joined->items);
  std::copy(y->items, y->items + y->size, joined->items + x->size);
  joined->size = x->size + y->size;
  return Value::Of(joined);
}

/// `a + b` of fields; those of `b` count where both have one.
Value AddStructs(Evaluation& evaluation, Value a, Value b) {
  const Attributes* x = a.as<Attributes>();
  const Attributes* y = b.as<Attributes>();
  const auto name = [](const Attributes* s) {
    return s->name == nullptr ? std::string("struct") : std::string(s->name->view());
  };
  if (x->name != y->name) {
    return evaluation.Fail(messages::kStructsDiffer(name(x), name(y)));
  }
  std::vector<std::pair<const String*, Value>> fields;
  for (const Attributes* s : {x, y}) {
    s->table.ForEach([&](const HashTable::Entry& entry) {
      fields.emplace_back(entry.key.as<String>(), entry.value);
    });
  }
  return MakeAttributes(evaluation.heap(), Type::kStruct, x->name, std::move(fields));
}

Value InBytes(Evaluation& evaluation, Value needle, const String* bytes) {
  if (needle.IsObjectOf(Type::kBytes)) {
    return Value::Bool(bytes->view().find(needle.as<String>()->view()) != std::string_view::npos);
  }
  if (!needle.Is(Type::kInt)) {
    return evaluation.Fail(messages::kInBytesOperand(TypeName(needle)));
  }
  const std::optional<int64_t> byte = IntToInt64(needle);
  if (!byte || *byte < 0 || *byte > UINT8_MAX) {
    return evaluation.Fail(messages::kByteOutOfRange(IntToString(needle, 10)));
  }
  return Value::Bool(bytes->view().find(static_cast<char>(*byte)) != std::string_view::npos);
}

Value InRange(Evaluation& evaluation, Value needle, const Range* range) {
  if (!needle.IsNumber()) {
    return evaluation.Fail(messages::kInRangeOperand(TypeName(needle)));
  }
  if (needle.Is(Type::kFloat)) {
    const double d = FloatOf(needle);
    if (d != std::trunc(d) || std::abs(d) > 0x1p60) return Value::Bool(false);
    needle = Value::SmallInt(static_cast<int64_t>(d));
  }
  if (!needle.IsSmallInt()) return Value::Bool(false);
  const int64_t distance = needle.small_int() - range->start;
  const bool on_step = distance % range->step == 0;
  const int64_t i = distance / range->step;
  return Value::Bool(on_step && i >= 0 && i < range->size);
}

Value InItems(Evaluation& evaluation, Value needle, Value sequence) {
  Loop loop(evaluation, sequence);
  for (Value element; loop.Next(element);) {
    const std::optional<bool> equal = Equal(evaluation, element, needle);
    if (!equal) return Value();
    if (*equal) return Value::Bool(true);
  }
  return evaluation.failed() ? Value() : Value::Bool(false);
}

}  // namespace

Value Repeat(Evaluation& evaluation, Value sequence, Value count) {
  if (!count.Is(Type::kInt)) return Value();
  if (IsText(sequence)) return RepeatText(evaluation, sequence.as<String>(), count);
  if (IsItems(sequence)) return RepeatItems(evaluation, sequence, count);
  return Value();
}

Value AddSequences(Evaluation& evaluation, Value a, Value b) {
  if (a.type() != b.type()) return Value();
  if (IsText(a)) return Concatenate(evaluation.heap(), a.as<String>(), b.as<String>()->view());
  if (IsItems(a)) {
    evaluation.Tick(static_cast<uint64_t>(LengthOf(a) + LengthOf(b)) / 64);
    return ConcatenateItems(evaluation.heap(), a, b);
  }
  return a.Is(Type::kStruct) ? AddStructs(evaluation, a, b) : Value();
}

Value In(Evaluation& evaluation, Value needle, Value container) {
  switch (container.type()) {
    case Type::kList:
    case Type::kTuple:
      return InItems(evaluation, needle, container);
    case Type::kDict:
    case Type::kSet: {
      const std::optional<uint32_t> hash = Hash(evaluation, needle);
      if (!hash && container.Is(Type::kSet)) return Value();
      // A dict just does not hold what cannot be a key.
      if (!hash) evaluation.Recover();
      return Value::Bool(hash && container.as<Dict>()->table.Find(needle, *hash) != nullptr);
    }
    case Type::kString:
      if (!needle.IsObjectOf(Type::kString)) {
        return evaluation.Fail(messages::kInStringOperand(TypeName(needle)));
      }
      return Value::Bool(container.as<String>()->view().find(needle.as<String>()->view()) !=
                         std::string_view::npos);
    case Type::kBytes:
      return InBytes(evaluation, needle, container.as<String>());
    case Type::kRange:
      return InRange(evaluation, needle, container.as<Range>());
    default:
      return Value();
  }
}

}  // namespace hawser::starlark
