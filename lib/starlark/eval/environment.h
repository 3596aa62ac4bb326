// The names that programs can use without binding them: those of the language and those of the
// host.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/starlark/resolve/dialect.h"
#include "lib/starlark/value/callable.h"
#include "lib/starlark/value/heap.h"
#include "lib/starlark/value/value.h"

namespace hawser::starlark {

/// Filled in by one thread; then any number of evaluations on any threads may use it.
class Environment {
 public:
  /// With the language's own functions.
  explicit Environment(const Dialect& dialect);

  /// Adds or replaces a name. `value` is frozen and must live in this environment's heap, or in one
  /// that outlives it.
  void Define(std::string_view name, Value value);
  /// The same without freezing, for a host that runs one program after the other on one thread.
  void DefineMutable(std::string_view name, Value value);
  /// Adds a native function; `data` reaches it in Call::data.
  void DefineFunction(std::string_view name, NativeFunction function, void* data = nullptr);

  Value Find(std::string_view name) const;
  const std::vector<std::string_view>& names() const { return names_; }
  const Dialect& dialect() const { return dialect_; }
  Heap& heap() { return heap_; }

 private:
  Dialect dialect_;
  Heap heap_;
  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, Value> values_;
};

}  // namespace hawser::starlark
