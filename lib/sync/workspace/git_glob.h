// Path globs as .gitignore files write them.
#pragma once

#include <string_view>

namespace hawser::sync {

/// True when `glob` matches the whole of `path`, byte by byte: `*`, `?` and `[...]` (with ranges,
/// `!` or `^`, and `[:alpha:]` and the like) stay within a component, `**` spans directories where
/// it stands for whole components, `\` takes the next byte literally. A malformed class matches
/// nothing.
bool MatchesGitGlob(std::string_view glob, std::string_view path);

}  // namespace hawser::sync
