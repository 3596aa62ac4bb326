// What counts as a path on the wire, and whether one lies below another.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/status.h"

namespace hawser::wire {

/// Ok when `path` is absolute, normalised (no empty, "." or ".." component, no slash at the end),
/// not "/" itself, free of NUL and within kMaxPath and kMaxComponent. invalid_argument says what is
/// wrong and shows the path.
Status CheckPath(std::string_view path);

/// True when `path` is `root` or below it. Both must have passed CheckPath.
bool IsInside(std::string_view path, std::string_view root);

/// The directory that `path` lies in ("" for one at the top), and its name there. `path` must have
/// passed CheckPath.
std::string ParentOf(std::string_view path);
std::string NameOf(std::string_view path);

}  // namespace hawser::wire
