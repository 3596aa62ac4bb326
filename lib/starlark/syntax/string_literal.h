// Decodes the inside of string and bytes literals.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/starlark/syntax/source.h"

namespace hawser::starlark {

/// What a literal is besides its text.
struct LiteralKind {
  bool raw = false;
  bool bytes = false;
};

/// Appends the value of the text between the quotes to `out`; carriage returns before line feeds
/// are left out. On failure the offset of the diagnostic counts from the start of `text`.
std::optional<Diagnostic> DecodeLiteral(std::string_view text, LiteralKind kind, std::string& out);

}  // namespace hawser::starlark
