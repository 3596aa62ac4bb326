// Paths relative to a directory: cleaning, nesting, joining.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::fs {

/// `path` without "." and ".." components, doubled slashes and slashes at either end; "" for the
/// directory itself. invalid_argument when it leads out of the directory.
Result<std::string> NormaliseRelative(std::string_view path);

/// True when `path` is `directory` or below it. Both normalised; "" holds everything.
bool IsWithin(std::string_view path, std::string_view directory);

/// `path` as seen from `directory`, which must hold it.
std::string_view RelativeTo(std::string_view path, std::string_view directory);

/// `directory`, a slash, `name`; just `name` when `directory` is "".
std::string Join(std::string_view directory, std::string_view name);

}  // namespace hawser::fs
