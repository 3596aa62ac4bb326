// Walks what a value holds and marks it.
#include "lib/starlark/value/freeze.h"

#include <span>
#include <vector>

#include "lib/starlark/value/callable.h"
#include "lib/starlark/value/host.h"
#include "lib/starlark/value/objects.h"

namespace hawser::starlark {

namespace {

/// Values still to be frozen. Hosts freeze what they hold through a plain function, hence one
/// list per thread.
thread_local std::vector<Value>* to_freeze = nullptr;

void Push(Value value) {
  if (value.has_value() && value.IsObject()) to_freeze->push_back(value);
}

void PushAll(std::span<const Value> values) {
  for (const Value value : values) Push(value);
}

void PushTable(const HashTable& table) {
  table.ForEach([](const HashTable::Entry& entry) {
    Push(entry.key);
    Push(entry.value);
  });
}

void PushFunction(const Function* function) {
  PushAll({function->defaults, DefaultCount(function)});
  for (uint32_t i = 0; i < FreeCellCount(function); ++i) Push(function->cells[i]->value);
}

void PushHeld(Value value) {
  switch (value.type()) {
    case Type::kList:
      return PushAll({value.as<List>()->items, value.as<List>()->size});
    case Type::kTuple:
      return PushAll({value.as<Tuple>()->items, value.as<Tuple>()->size});
    case Type::kDict:
    case Type::kSet:
      return PushTable(value.as<Dict>()->table);
    case Type::kStruct:
    case Type::kModule:
      return PushTable(value.as<Attributes>()->table);
    case Type::kFunction:
      return PushFunction(value.as<Function>());
    case Type::kBuiltin:
      return Push(value.as<Builtin>()->self);
    case Type::kHost:
      return HostOf(value).Freeze(Push);
    default:
      return;
  }
}

bool HoldsNothing(Value value) {
  return value.Is(Type::kString) || value.Is(Type::kBytes) || value.Is(Type::kInt) ||
         value.Is(Type::kFloat) || value.Is(Type::kView) || value.Is(Type::kRange);
}

}  // namespace

void Freeze(Value value) {
  if (!value.has_value() || !value.IsObject()) return;
  std::vector<Value> work{value};
  std::vector<Value>* outer = to_freeze;
  to_freeze = &work;
  while (!work.empty()) {
    const Value next = work.back();
    work.pop_back();
    if (HoldsNothing(next) || next.object()->frozen) continue;
    next.object()->frozen = true;
    PushHeld(next);
  }
  to_freeze = outer;
}

}  // namespace hawser::starlark
