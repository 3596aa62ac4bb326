// Finds mistakes in a file without running it.
#pragma once

#include <string_view>
#include <vector>

#include "lib/starlark/resolve/dialect.h"
#include "lib/starlark/syntax/source.h"

namespace hawser::starlark {

/// Syntax errors and undefined names; where there are none: names loaded or assigned in a function
/// and never used, and statements that cannot be reached. In the file's order.
std::vector<Diagnostic> Check(const Source& source, const Dialect& dialect,
                              const std::vector<std::string_view>& predeclared);

}  // namespace hawser::starlark
