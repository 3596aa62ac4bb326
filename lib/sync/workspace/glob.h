// Path globs as .dockerignore files write them.
#pragma once

#include <string_view>

#include "lib/base/status.h"

namespace hawser::sync {

/// True when `glob` matches the whole of `path`: `*` and `?` stay within a component, `[a-z]` and
/// `[^a-z]` match one character, `\` takes the next character literally, `**/` matches any number
/// of directories and a last `**` everything.
bool MatchesGlob(std::string_view glob, std::string_view path);

/// invalid_argument when the glob can't match anything: an unclosed or empty class, a `\` at the
/// end.
Status CheckGlob(std::string_view glob);

}  // namespace hawser::sync
