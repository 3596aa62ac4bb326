// Paths that a file system which ignores case takes for one.
#pragma once

#include <string>
#include <vector>

#include "lib/sync/tree/tree.h"

namespace hawser::sync {

/// Paths that differ in nothing but the case of ASCII letters.
using CaseTwins = std::vector<std::string>;

/// The twins among the files and symlinks that are put, where they are to hold different things. In
/// proportion to what is put; 8 bytes of memory each while there are none.
std::vector<CaseTwins> FindCaseTwins(const TreeEdits& puts);
std::vector<CaseTwins> FindCaseTwins(const Tree& puts);

}  // namespace hawser::sync
