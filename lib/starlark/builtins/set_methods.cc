// The methods of sets.
#include "lib/starlark/builtins/arguments.h"
#include "lib/starlark/builtins/methods.h"
#include "lib/starlark/eval/containers.h"
#include "lib/starlark/messages/builtins.h"
#include "lib/starlark/value/compare.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark {

namespace {

Dict* SelfSet(const Call& call) {
  return call.self.as<Dict>();
}

Dict* Copy(Evaluation& evaluation, const Dict* set) {
  return CombineSets(evaluation, BinaryOp::kOr, set, set).as<Dict>();
}

/// The elements of an argument as a set; null after a failure.
Dict* ArgumentSet(Evaluation& evaluation, const Call& call, Value argument) {
  if (argument.IsObjectOf(Type::kSet)) return argument.as<Dict>();
  Dict* set = SetOf(evaluation, argument);
  if (set == nullptr) Annotate(evaluation, call);
  return set;
}

/// Checks that every argument is positional and iterable.
bool CheckIterables(Evaluation& evaluation, const Call& call) {
  if (call.named > 0) {
    FailIn(evaluation, call, messages::kNoKeywords);
    return false;
  }
  for (uint32_t i = 0; i < call.positional; ++i) {
    if (IsIterable(call[i])) continue;
    FailIn(evaluation, call, messages::kParameterType(i + 1, TypeName(call[i]), "iterable"));
    return false;
  }
  return true;
}

/// The receiver combined with each argument in turn; null after a failure.
Dict* CombineAll(Evaluation& evaluation, const Call& call, BinaryOp op) {
  if (!CheckIterables(evaluation, call)) return nullptr;
  Dict* result = Copy(evaluation, SelfSet(call));
  for (uint32_t i = 0; i < call.positional; ++i) {
    const Dict* other = ArgumentSet(evaluation, call, call[i]);
    if (other == nullptr) return nullptr;
    result = CombineSets(evaluation, op, result, other).as<Dict>();
  }
  return result;
}

template <BinaryOp op>
Value Combine(Evaluation& evaluation, const Call& call) {
  const Dict* result = CombineAll(evaluation, call, op);
  return result == nullptr ? Value() : Value::Of(result);
}

/// The same, in place.
template <BinaryOp op>
Value Update(Evaluation& evaluation, const Call& call) {
  const Dict* result = CombineAll(evaluation, call, op);
  if (result == nullptr) return Value();
  const bool inserts = op == BinaryOp::kOr || op == BinaryOp::kXor;
  if (!Mutable(evaluation, call, SelfSet(call), inserts ? "insert into" : "delete from"))
    return Value();
  SelfSet(call)->table = result->table;
  return Value::None();
}

bool ExactlyOne(Evaluation& evaluation, const Call& call) {
  if (call.positional == 1 || call.named > 0) return true;
  FailIn(evaluation, call, messages::kArgumentCount(call.positional, 1));
  return false;
}

Value SymmetricDifference(Evaluation& evaluation, const Call& call) {
  return ExactlyOne(evaluation, call) ? Combine<BinaryOp::kXor>(evaluation, call) : Value();
}

Value SymmetricDifferenceUpdate(Evaluation& evaluation, const Call& call) {
  return ExactlyOne(evaluation, call) ? Update<BinaryOp::kXor>(evaluation, call) : Value();
}

/// One argument of any type, and its hash.
bool TakeElement(Evaluation& evaluation, const Call& call, Value& element, uint32_t& hash) {
  if (!UnpackPositional(evaluation, call, {{"element", Want::kAny, &element}})) return false;
  const std::optional<uint32_t> known = Hash(evaluation, element);
  if (!known) {
    Annotate(evaluation, call);
    return false;
  }
  hash = *known;
  return true;
}

Value SetAdd(Evaluation& evaluation, const Call& call) {
  Value element;
  uint32_t hash = 0;
  if (!TakeElement(evaluation, call, element, hash)) return Value();
  if (!Mutable(evaluation, call, SelfSet(call), "insert into")) return Value();
  SelfSet(call)->table.Insert(evaluation.heap(), element, hash, Value::None());
  return Value::None();
}

Value SetDiscard(Evaluation& evaluation, const Call& call) {
  Value element;
  uint32_t hash = 0;
  if (!TakeElement(evaluation, call, element, hash)) return Value();
  if (!Mutable(evaluation, call, SelfSet(call), "delete from")) return Value();
  SelfSet(call)->table.Erase(element, hash);
  return Value::None();
}

Value SetRemove(Evaluation& evaluation, const Call& call) {
  Value element;
  uint32_t hash = 0;
  if (!TakeElement(evaluation, call, element, hash)) return Value();
  if (!Mutable(evaluation, call, SelfSet(call), "delete from")) return Value();
  if (SelfSet(call)->table.Erase(element, hash).has_value()) return Value::None();
  return FailIn(evaluation, call, messages::kMissingKey);
}

Value SetPop(Evaluation& evaluation, const Call& call) {
  if (!NoArguments(evaluation, call)) return Value();
  HashTable& table = SelfSet(call)->table;
  if (table.size() == 0) return FailIn(evaluation, call, messages::kEmptySet);
  if (!Mutable(evaluation, call, SelfSet(call), "delete from")) return Value();
  const HashTable::Entry entry = table.at(table.First());
  table.Erase(entry.key, entry.hash);
  return entry.key;
}

Value SetClear(Evaluation& evaluation, const Call& call) {
  if (!NoArguments(evaluation, call)) return Value();
  if (SelfSet(call)->table.size() == 0) return Value::None();
  if (!Mutable(evaluation, call, SelfSet(call), "clear")) return Value();
  SelfSet(call)->table.Clear();
  return Value::None();
}

/// The one argument of a comparison, as a set; null after a failure.
Dict* Other(Evaluation& evaluation, const Call& call) {
  Value other;
  if (call.positional > 1) {
    FailIn(evaluation, call, messages::kArgumentCountAtMost(call.positional, 1));
    return nullptr;
  }
  if (!UnpackPositional(evaluation, call, {{"other", Want::kIterable, &other}})) return nullptr;
  return ArgumentSet(evaluation, call, other);
}

template <Comparison op>
Value CompareTo(Evaluation& evaluation, const Call& call) {
  const Dict* other = Other(evaluation, call);
  if (other == nullptr) return Value();
  return Value::Bool(*Compare(evaluation, op, call.self, Value::Of(other)));
}

Value IsDisjoint(Evaluation& evaluation, const Call& call) {
  const Dict* other = Other(evaluation, call);
  if (other == nullptr) return Value();
  const Value common = CombineSets(evaluation, BinaryOp::kAnd, SelfSet(call), other);
  return Value::Bool(common.as<Dict>()->table.size() == 0);
}

constexpr Method kSetMethods[] = {
    {"add", SetAdd},
    {"clear", SetClear},
    {"difference", Combine<BinaryOp::kSubtract>},
    {"difference_update", Update<BinaryOp::kSubtract>},
    {"discard", SetDiscard},
    {"intersection", Combine<BinaryOp::kAnd>},
    {"intersection_update", Update<BinaryOp::kAnd>},
    {"isdisjoint", IsDisjoint},
    {"issubset", CompareTo<Comparison::kLessEqual>},
    {"issuperset", CompareTo<Comparison::kGreaterEqual>},
    {"pop", SetPop},
    {"remove", SetRemove},
    {"symmetric_difference", SymmetricDifference},
    {"symmetric_difference_update", SymmetricDifferenceUpdate},
    {"union", Combine<BinaryOp::kOr>},
    {"update", Update<BinaryOp::kOr>},
};

}  // namespace

std::span<const Method> SetMethods() {
  return kSetMethods;
}

}  // namespace hawser::starlark
