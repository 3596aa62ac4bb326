// Predeclared names.
#include "lib/starlark/eval/environment.h"

#include "lib/starlark/builtins/universe.h"
#include "lib/starlark/value/freeze.h"
#include "lib/starlark/value/make.h"

namespace hawser::starlark {

Environment::Environment(const Dialect& dialect) : dialect_(dialect) {
  Define("None", Value::None());
  Define("True", Value::Bool(true));
  Define("False", Value::Bool(false));
  for (const Method& function : UniverseFunctions()) {
    if (function.name == "set" && !dialect.set) continue;
    DefineFunction(function.name, function.function);
  }
}

void Environment::Define(std::string_view name, Value value) {
  Freeze(value);
  DefineMutable(name, value);
}

void Environment::DefineMutable(std::string_view name, Value value) {
  if (const auto known = values_.find(name); known != values_.end()) {
    known->second = value;
    return;
  }
  // The one-letter strings of the language outlive every heap; others are copied to ours.
  const std::string_view kept = MakeString(heap_, name).as<String>()->view();
  names_.push_back(kept);
  values_.emplace(kept, value);
}

void Environment::DefineFunction(std::string_view name, NativeFunction function, void* data) {
  const std::string_view kept = MakeString(heap_, name).as<String>()->view();
  Define(name, Value::Of(heap_.New<Builtin>(kept, function, Value(), data)));
}

Value Environment::Find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? Value() : found->second;
}

}  // namespace hawser::starlark
