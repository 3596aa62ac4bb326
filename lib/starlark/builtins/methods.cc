// Numbers the names of methods, once per process.
#include "lib/starlark/builtins/methods.h"

#include <algorithm>
#include <array>

namespace hawser::starlark {

namespace {

std::span<const Method> MethodsOf(Type type) {
  switch (type) {
    case Type::kString:
      return StringMethods();
    case Type::kBytes:
      return BytesMethods();
    case Type::kList:
      return ListMethods();
    case Type::kDict:
      return DictMethods();
    case Type::kSet:
      return SetMethods();
    default:
      return {};
  }
}

constexpr size_t kTypes = static_cast<size_t>(Type::kCount);
constexpr size_t kMostNames = 128;

/// Every name of a method, sorted; its place is its number. By type, the methods at these places.
struct Registry {
  Registry() {
    names.emplace_back();
    for (size_t type = 0; type < kTypes; ++type) {
      for (const Method& method : MethodsOf(static_cast<Type>(type))) names.push_back(method.name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (size_t type = 0; type < kTypes; ++type) {
      for (const Method& method : MethodsOf(static_cast<Type>(type))) {
        methods[type][NumberOf(method.name)] = &method;
      }
    }
  }

  uint16_t NumberOf(std::string_view name) const {
    const auto found = std::lower_bound(names.begin(), names.end(), name);
    if (found == names.end() || *found != name) return 0;
    return static_cast<uint16_t>(found - names.begin());
  }

  std::vector<std::string_view> names;
  std::array<std::array<const Method*, kMostNames>, kTypes> methods{};
};

const Registry& TheRegistry() {
  static const Registry registry;
  return registry;
}

}  // namespace

uint16_t MethodNumber(std::string_view name) {
  return TheRegistry().NumberOf(name);
}

const Method* FindMethod(Type type, uint16_t number) {
  static const auto& methods = TheRegistry().methods;
  return methods[static_cast<size_t>(type)][number];
}

std::vector<std::string_view> MethodNames(Type type) {
  std::vector<std::string_view> names;
  for (const Method& method : MethodsOf(type)) names.push_back(method.name);
  return names;
}

}  // namespace hawser::starlark
