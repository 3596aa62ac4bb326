// What can be called: functions of a program and functions of the host.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/starlark/value/objects.h"

namespace hawser::starlark {

class Evaluation;
struct Code;
struct ModuleState;

/// The arguments of a call of a native function.
struct Call {
  std::string_view name;  ///< of the function, for messages
  Value self;             ///< the receiver of a method, else no value
  void* data;             ///< what the function was made with
  const Value* args;      ///< the positional arguments, then the named ones
  uint32_t positional;
  uint32_t named;
  const String* const* names;  ///< of the named arguments, no two the same

  Value operator[](uint32_t i) const { return args[i]; }
  Value named_value(uint32_t i) const { return args[positional + i]; }
};

/// The result, or no value when it failed.
using NativeFunction = Value (*)(Evaluation& evaluation, const Call& call);

/// A native function, perhaps bound to the receiver whose method it is.
struct Builtin : Object {
  Builtin(std::string_view n, NativeFunction f, Value receiver = Value(), void* d = nullptr)
      : Object(Type::kBuiltin), name(n), function(f), self(receiver), data(d) {}
  std::string_view name;
  NativeFunction function;
  Value self;
  void* data;
};

/// A function of a program with the defaults and variables it closed over.
struct Function : Object {
  Function(const Code* c, ModuleState* m) : Object(Type::kFunction), code(c), module(m) {}
  const Code* code;
  ModuleState* module;
  Value* defaults = nullptr;  ///< one for each parameter that is not required; no value:
                              ///< keyword-only and required
  Cell** cells = nullptr;
};

/// The name in the source, "lambda" for a lambda.
std::string_view FunctionName(const Function* function);
uint32_t DefaultCount(const Function* function);
uint32_t FreeCellCount(const Function* function);

}  // namespace hawser::starlark
