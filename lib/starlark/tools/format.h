// Brings a source file into the standard layout, without changing what it means.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/starlark/syntax/source.h"

namespace hawser::starlark {

/// Four spaces for each block; one space around operators and after commas, none around `=` in
/// arguments; at most two empty lines, within blocks one; double quotes. Line breaks within
/// brackets and comments stay. Nothing, with what is wrong in `errors`, for a file with syntax
/// errors.
std::optional<std::string> Format(const Source& source, std::vector<Diagnostic>& errors);

}  // namespace hawser::starlark
