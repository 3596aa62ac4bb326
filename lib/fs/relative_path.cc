// Paths relative to a directory: cleaning, nesting, joining.
#include "lib/fs/relative_path.h"

#include "lib/base/text.h"

namespace hawser::fs {

Result<std::string> NormaliseRelative(std::string_view path) {
  std::string clean;
  for (const std::string_view part : Split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      clean = Join(clean, part);
    } else if (clean.empty()) {
      return InvalidArgumentError("\"" + std::string(path) + "\" leads out of its directory");
    } else {
      const size_t slash = clean.rfind('/');
      clean.erase(slash == std::string::npos ? 0 : slash);
    }
  }
  return clean;
}

bool IsWithin(std::string_view path, std::string_view directory) {
  if (directory.empty()) return true;
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

std::string_view RelativeTo(std::string_view path, std::string_view directory) {
  if (directory.empty()) return path;
  return path.size() == directory.size() ? "" : path.substr(directory.size() + 1);
}

std::string Join(std::string_view directory, std::string_view name) {
  std::string joined(directory);
  if (!joined.empty()) joined += '/';
  joined += name;
  return joined;
}

}  // namespace hawser::fs
