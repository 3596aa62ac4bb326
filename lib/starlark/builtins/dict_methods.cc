// The methods of dicts.
#include <array>

#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/keywords.h"
#include "lib/starlark/builtins/methods.h"
#include "lib/starlark/eval/containers.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"
#include "lib/starlark/value/text.h"

namespace hawser::starlark {

namespace {

Dict* SelfDict(const Call& call) {
  return call.self.as<Dict>();
}

/// The key and default that three methods take, and the entry of the key.
struct Lookup {
  Value key;
  Value fallback;
  uint32_t hash = 0;
  HashTable::Entry* entry = nullptr;
};

bool Find(Evaluation& evaluation, const Call& call, Lookup& lookup) {
  if (!UnpackPositional(evaluation, call,
                        {{"key", Want::kAny, &lookup.key},
                         {"default", Want::kAny, &lookup.fallback, kOptional}})) {
    return false;
  }
  const std::optional<uint32_t> hash = Hash(evaluation, lookup.key);
  if (!hash) {
    Annotate(evaluation, call);
    return false;
  }
  lookup.hash = *hash;
  lookup.entry = SelfDict(call)->table.Find(lookup.key, *hash);
  return true;
}

Value DictClear(Evaluation& evaluation, const Call& call) {
  if (!NoArguments(evaluation, call) || !Mutable(evaluation, call, SelfDict(call), "clear"))
    return Value();
  SelfDict(call)->table.Clear();
  return Value::None();
}

Value DictGet(Evaluation& evaluation, const Call& call) {
  Lookup lookup;
  if (!Find(evaluation, call, lookup)) return Value();
  if (lookup.entry != nullptr) return lookup.entry->value;
  return lookup.fallback.has_value() ? lookup.fallback : Value::None();
}

/// A list of what `pick` takes from each entry.
template <typename Pick>
Value ListOf(Evaluation& evaluation, const Call& call, Pick pick) {
  if (!NoArguments(evaluation, call)) return Value();
  const HashTable& table = SelfDict(call)->table;
  List* list = NewList(evaluation.heap(), table.size());
  table.ForEach([&](const HashTable::Entry& entry) { list->items[list->size++] = pick(entry); });
  evaluation.Tick(table.size() / 16);
  return Value::Of(list);
}

Value DictItems(Evaluation& evaluation, const Call& call) {
  return ListOf(evaluation, call, [&](const HashTable::Entry& entry) {
    return MakeTuple(evaluation.heap(), std::array{entry.key, entry.value});
  });
}

Value DictKeys(Evaluation& evaluation, const Call& call) {
  return ListOf(evaluation, call, [](const HashTable::Entry& entry) { return entry.key; });
}

Value DictValues(Evaluation& evaluation, const Call& call) {
  return ListOf(evaluation, call, [](const HashTable::Entry& entry) { return entry.value; });
}

Value DictPop(Evaluation& evaluation, const Call& call) {
  Lookup lookup;
  if (!Find(evaluation, call, lookup)) return Value();
  if (!Mutable(evaluation, call, SelfDict(call), "delete from")) return Value();
  if (lookup.entry != nullptr) return SelfDict(call)->table.Erase(lookup.key, lookup.hash);
  return lookup.fallback.has_value() ? lookup.fallback
                                     : FailIn(evaluation, call, messages::kMissingKey);
}

Value DictPopItem(Evaluation& evaluation, const Call& call) {
  if (!NoArguments(evaluation, call)) return Value();
  HashTable& table = SelfDict(call)->table;
  if (table.size() == 0) return FailIn(evaluation, call, messages::kEmptyDict);
  if (!Mutable(evaluation, call, SelfDict(call), "delete from")) return Value();
  const HashTable::Entry entry = table.at(table.First());
  table.Erase(entry.key, entry.hash);
  return MakeTuple(evaluation.heap(), std::array{entry.key, entry.value});
}

Value DictSetDefault(Evaluation& evaluation, const Call& call) {
  Lookup lookup;
  if (!Find(evaluation, call, lookup)) return Value();
  if (lookup.entry != nullptr) return lookup.entry->value;
  if (!Mutable(evaluation, call, SelfDict(call), "insert into")) return Value();
  const Value value = lookup.fallback.has_value() ? lookup.fallback : Value::None();
  SelfDict(call)->table.Insert(evaluation.heap(), lookup.key, lookup.hash, value);
  return value;
}

Value DictUpdate(Evaluation& evaluation, const Call& call) {
  return FillDict(evaluation, call, SelfDict(call)) ? Value::None() : Value();
}

constexpr Method kDictMethods[] = {
    {"clear", DictClear},
    {"get", DictGet},
    {"items", DictItems},
    {"keys", DictKeys},
    {"pop", DictPop},
    {"popitem", DictPopItem},
    {"setdefault", DictSetDefault},
    {"update", DictUpdate},
    {"values", DictValues},
};

}  // namespace

std::span<const Method> DictMethods() {
  return kDictMethods;
}

bool FillDict(Evaluation& evaluation, const Call& call, Dict* dict) {
  if (call.positional > 1) {
    FailIn(evaluation, call, messages::kArgumentCountAtMost(call.positional, 1));
    return false;
  }
  if (call.positional == 1 && !UpdateDict(evaluation, dict, call[0])) {
    Annotate(evaluation, call);
    return false;
  }
  if (call.named > 0 && !CheckMutable(evaluation, dict, "insert into")) {
    Annotate(evaluation, call);
    return false;
  }
  Dict* seen = call.named > 0 ? NewSet(evaluation.heap()) : nullptr;
  for (uint32_t i = 0; i < call.named; ++i) {
    const Value name = Value::Of(call.names[i]);
    const uint32_t hash = HashOf(call.names[i]);
    if (!seen->table.Insert(evaluation.heap(), name, hash, Value::None())) {
      FailIn(evaluation, call, messages::kDuplicateKeyword(Repr(evaluation, name)));
      return false;
    }
    dict->table.Insert(evaluation.heap(), name, hash, call.named_value(i));
  }
  return true;
}

}  // namespace hawser::starlark
