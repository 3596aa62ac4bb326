// Membership in a small fixed list of names.
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace hawser::controller {

/// True when `name` is one of `names`.
template <size_t kSize>
bool OneOf(const std::array<const char*, kSize>& names, const std::string& name) {
  for (const char* candidate : names) {
    if (name == candidate) return true;
  }
  return false;
}

}  // namespace hawser::controller
