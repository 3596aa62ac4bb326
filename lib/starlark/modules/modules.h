// Names that a host may add to those of the language.
#pragma once

#include <span>
#include <string_view>

#include "lib/starlark/eval/environment.h"

namespace hawser::starlark {

/// struct(**fields) and module(name, **fields).
void DefineStruct(Environment& environment);
/// The module `json`: encode, decode, indent.
void DefineJson(Environment& environment);
/// The module `math`.
void DefineMath(Environment& environment);
/// The module `time`: moments and durations.
void DefineTime(Environment& environment);

/// A module value with native functions, and values that live in the environment's heap.
struct Member {
  std::string_view name;
  NativeFunction function = nullptr;
  Value value = Value();
};
void DefineModule(Environment& environment, std::string_view name, std::span<const Member> members);

}  // namespace hawser::starlark
