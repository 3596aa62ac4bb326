// What every fuzz target needs: its input as text, and a check that holds in every build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hawser::fuzz {

/// The input as text.
inline std::string_view Input(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Crashes when a property does not hold, so that the fuzzer keeps the input.
inline void Check(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace hawser::fuzz
