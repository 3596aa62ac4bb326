// Parses a source file into a syntax tree.
#pragma once

#include <span>
#include <vector>

#include "lib/starlark/syntax/ast.h"
#include "lib/starlark/syntax/scanner.h"
#include "lib/starlark/syntax/source.h"
#include "lib/starlark/value/context.h"

namespace hawser::starlark {

/// The statements of a file. Nodes live in `nodes`, literals and names in the heap of `constants`.
/// Every syntax error goes to `errors`; with any, the tree is not to be used.
std::span<Stmt*> Parse(const Source& source, Heap& nodes, Context& constants,
                       std::vector<Diagnostic>& errors);

}  // namespace hawser::starlark
