// Structured log lines: a constant message and key-value pairs, on standard error.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace hawser::log {

enum class Level { kDebug, kInfo, kWarning, kError, kOff };
enum class Format { kText, kJson };

/// One key and its value, already as text.
struct Field {
  template <typename T>
  Field(std::string_view name, const T& v) : key(name), value(Text(v)) {}  // NOLINT

  std::string_view key;
  std::string value;

 private:
  static std::string Text(std::string_view v) { return std::string(v); }
  // Constrained: a string literal would rather become a bool than a string_view.
  template <typename T>
  requires std::is_arithmetic_v<T>
  static std::string Text(T v) {
    if constexpr (std::is_same_v<T, bool>) {
      return v ? "true" : "false";
    } else {
      return std::to_string(v);
    }
  }
};

/// Chooses what is written and how. Call once, in main, before threads start. Nothing below `level`
/// is written.
void Configure(Level level, Format format);

/// Writes one line. `message` is a constant: capital first letter, no full stop. Never pass a
/// secret. Thread-safe.
void Write(Level level, std::string_view message, std::initializer_list<Field> fields);

inline void Debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kDebug, message, fields);
}
inline void Info(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kInfo, message, fields);
}
inline void Warning(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kWarning, message, fields);
}
inline void Error(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kError, message, fields);
}

}  // namespace hawser::log
