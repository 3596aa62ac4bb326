// The methods of built-in types, by number, so that a call finds its method without comparing
// names.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lib/starlark/value/callable.h"

namespace hawser::starlark {

struct Method {
  std::string_view name;
  NativeFunction function;
};

/// The number of a method's name; 0 when no built-in type has a method of that name.
uint16_t MethodNumber(std::string_view name);

/// The method of that number, or null.
const Method* FindMethod(Type type, uint16_t number);

/// The names of a type's methods, sorted.
std::vector<std::string_view> MethodNames(Type type);

/// Each type's methods, sorted by name.
std::span<const Method> StringMethods();
std::span<const Method> BytesMethods();
std::span<const Method> ListMethods();
std::span<const Method> DictMethods();
std::span<const Method> SetMethods();

}  // namespace hawser::starlark
