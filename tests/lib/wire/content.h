// Content to compress: as random as a seed makes it, and as repetitive as source code.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace hawser::wire {

inline std::string RandomBytes(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

/// Text with little repetition, as source code has.
inline std::string SourceText(size_t lines, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  for (size_t i = 0; i < lines; ++i) {
    text += "  value_" + std::to_string(random() % 5000) + " = compute(" +
            std::to_string(random()) + ");\n";
  }
  return text;
}

}  // namespace hawser::wire
