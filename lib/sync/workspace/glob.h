// Path globs as .dockerignore files write them.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/status.h"

namespace hawser::sync {

/// True when `glob` matches the whole of `path`: `*` and `?` stay within a component, `[a-z]` and
/// `[^a-z]` match one character, `\` takes the next character literally, `**` and `**/` match any
/// number of directories, and a last `**` everything. A first `**` with nothing but text after it,
/// as in `**.pyc`, matches whatever ends in that text (github.com/moby/patternmatcher).
bool MatchesGlob(std::string_view glob, std::string_view path);

/// A glob that matches below `directory`, a glob too, what `glob` matches as seen from there: only
/// at the very beginning `**` may stand for part of a name.
std::string GlobBelow(std::string_view directory, std::string_view glob);

/// invalid_argument when the glob can't match anything: an unclosed or empty class, a `\` at the
/// end.
Status CheckGlob(std::string_view glob);

}  // namespace hawser::sync
