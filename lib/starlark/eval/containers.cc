// Lists, dicts and sets: whether they may change, and how they combine.
#include "lib/starlark/eval/containers.h"

#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/messages/evaluation.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark {

namespace {

template <typename Container>
bool CheckMutable(Context& context, const Container& container, std::string_view verb,
                  std::string_view noun) {
  if (!container.frozen && container.iterators == 0) return true;
  context.Fail(container.frozen ? messages::kFrozen(verb, noun) : messages::kIterated(verb, noun));
  return false;
}

}  // namespace

bool CheckMutable(Context& context, const List* list, std::string_view verb) {
  return CheckMutable(context, *list, verb, "list");
}

bool CheckMutable(Context& context, const Dict* dict, std::string_view verb) {
  return CheckMutable(context, *dict, verb, "hash table");
}

bool ExtendList(Evaluation& evaluation, List* list, Value iterable) {
  Heap& heap = evaluation.heap();
  if (iterable.IsObjectOf(Type::kList)) {
    // Room first: the list may be extended by itself.
    const uint32_t count = iterable.as<List>()->size;
    ReserveList(heap, list, size_t{list->size} + count);
    const Value* items = iterable.as<List>()->items;
    for (uint32_t i = 0; i < count; ++i) list->items[list->size + i] = items[i];
    list->size += count;
    evaluation.Tick(count / 64);
    return true;
  }
  Loop loop(evaluation, iterable);
  for (Value element; loop.Next(element);) {
    Append(heap, list, element);
    evaluation.Tick();
  }
  return !evaluation.failed();
}

Value MergeDicts(Evaluation& evaluation, const Dict* a, const Dict* b) {
  Dict* merged = NewDict(evaluation.heap());
  merged->table.Reserve(evaluation.heap(), a->table.size() + b->table.size());
  for (const Dict* dict : {a, b}) {
    dict->table.ForEach([&](const HashTable::Entry& entry) {
      merged->table.Insert(evaluation.heap(), entry.key, entry.hash, entry.value);
    });
  }
  return Value::Of(merged);
}

Value CombineSets(Evaluation& evaluation, BinaryOp op, const Dict* a, const Dict* b) {
  Dict* result = NewSet(evaluation.heap());
  const auto add = [&](const Dict* from, const Dict* other, bool if_in_other) {
    from->table.ForEach([&](const HashTable::Entry& entry) {
      const bool found = other != nullptr && other->table.Find(entry.key, entry.hash) != nullptr;
      if (other != nullptr && found != if_in_other) return;
      result->table.Insert(evaluation.heap(), entry.key, entry.hash, Value::None());
    });
  };
  switch (op) {
    case BinaryOp::kAnd:
      add(a, b, true);
      break;
    case BinaryOp::kSubtract:
      add(a, b, false);
      break;
    case BinaryOp::kXor:
      add(a, b, false);
      add(b, a, false);
      break;
    default:
      add(a, nullptr, false);
      add(b, nullptr, false);
  }
  return Value::Of(result);
}

Dict* SetOf(Evaluation& evaluation, Value iterable) {
  Dict* set = NewSet(evaluation.heap());
  Loop loop(evaluation, iterable);
  for (Value element; loop.Next(element);) {
    const std::optional<uint32_t> hash = Hash(evaluation, element);
    if (!hash) return nullptr;
    set->table.Insert(evaluation.heap(), element, *hash, Value::None());
    evaluation.Tick();
  }
  return evaluation.failed() ? nullptr : set;
}

namespace {

/// Reads the two elements of an entry of an update sequence.
bool ReadPair(Evaluation& evaluation, Value pair, size_t number, Value (&out)[2]) {
  const std::string what = "dictionary update sequence element #" + std::to_string(number);
  Loop loop(evaluation, pair);
  if (!loop.ok()) {
    evaluation.Fail(messages::kSubjectNotIterable(what, TypeName(pair)));
    return false;
  }
  size_t count = 0;
  for (Value element; loop.Next(element); ++count) {
    if (count < 2) out[count] = element;
  }
  if (count == 2 || evaluation.failed()) return !evaluation.failed();
  evaluation.Fail(messages::kPairLength(what, count));
  return false;
}

}  // namespace

bool UpdateDict(Evaluation& evaluation, Dict* dict, Value updates) {
  if (!CheckMutable(evaluation, dict, "insert into")) return false;
  Heap& heap = evaluation.heap();
  if (updates.IsObjectOf(Type::kDict)) {
    if (updates.object() == dict) return true;
    updates.as<Dict>()->table.ForEach([&](const HashTable::Entry& entry) {
      dict->table.Insert(heap, entry.key, entry.hash, entry.value);
    });
    return true;
  }
  Loop loop(evaluation, updates);
  if (!loop.ok()) {
    evaluation.Fail(messages::kArgumentType(TypeName(updates), "iterable"));
    return false;
  }
  size_t number = 0;
  for (Value element; loop.Next(element); ++number) {
    Value pair[2];
    if (!ReadPair(evaluation, element, number, pair)) return false;
    const std::optional<uint32_t> hash = Hash(evaluation, pair[0]);
    if (!hash) return false;
    dict->table.Insert(heap, pair[0], *hash, pair[1]);
    evaluation.Tick();
  }
  return !evaluation.failed();
}

}  // namespace hawser::starlark
