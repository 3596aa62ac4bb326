// Values as text.
#pragma once

#include <string>
#include <string_view>

#include "lib/starlark/value/context.h"
#include "lib/starlark/value/value.h"

namespace hawser::starlark {

/// As the program would write it. A list or dict within itself is "[...]" or "{...}".
void AppendRepr(Context& context, std::string& out, Value value);
std::string Repr(Context& context, Value value);

/// As `print` shows it: Repr, except that strings are themselves.
void AppendStr(Context& context, std::string& out, Value value);

/// In double quotes, with escapes; bytes that are not UTF-8 as \xNN.
void AppendQuoted(std::string& out, std::string_view text);

}  // namespace hawser::starlark
