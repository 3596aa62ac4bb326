// Finds out what each name of a file means, and what is wrong that needs no running to see.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/starlark/resolve/dialect.h"
#include "lib/starlark/syntax/ast.h"
#include "lib/starlark/syntax/source.h"

namespace hawser::starlark {

/// A variable of a module. Predeclared names that the file uses are variables too, set beforehand.
struct GlobalVariable {
  const String* name;
  bool predeclared = false;
  bool loaded = false;  ///< bound by a load statement: not visible to those who load this module
};

struct Resolution {
  std::vector<GlobalVariable> globals;  ///< by index
  FunctionScope top_level;              ///< the variables of comprehensions outside functions
};

/// `is_predeclared` must hold for the names the module can use without binding them;
/// `predeclared` lists them for suggestions. Fills in the scopes of the tree. New nodes go to
/// `nodes`.
Resolution Resolve(const Source& source, std::span<Stmt*> file, const Dialect& dialect,
                   const std::vector<std::string_view>& predeclared, Heap& nodes,
                   std::vector<Diagnostic>& errors);

}  // namespace hawser::starlark
