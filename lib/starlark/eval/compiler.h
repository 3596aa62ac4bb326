// Compiles a source file.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "lib/starlark/eval/code.h"
#include "lib/starlark/resolve/dialect.h"
#include "lib/starlark/syntax/source.h"

namespace hawser::starlark {

struct CompileOptions {
  Dialect dialect;
  std::vector<std::string_view> predeclared;
  bool profiled = false;  ///< tell a profiler of each statement
};

/// The program, or null and what is wrong with the file, in its order.
std::shared_ptr<const Program> Compile(const std::shared_ptr<const Source>& source,
                                       const CompileOptions& options,
                                       std::vector<Diagnostic>& errors);

}  // namespace hawser::starlark
