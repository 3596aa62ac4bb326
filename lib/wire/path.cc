// Path rules of the wire: one normal form, so that equal paths are equal bytes and nothing climbs
// out of its root.
#include "lib/wire/path.h"

#include <string>

#include "lib/base/text.h"
#include "lib/wire/limits.h"

namespace hawser::wire {
namespace {

Status BadPath(std::string_view path, std::string_view what) {
  constexpr size_t kShown = 128;
  std::string shown = Printable(path.substr(0, kShown));
  if (path.size() > kShown) shown += "...";
  return InvalidArgumentError("path \"" + shown + "\" " + std::string(what));
}

}  // namespace

Status CheckPath(std::string_view path) {
  if (!path.starts_with('/')) return BadPath(path, "is not absolute");
  if (path.size() > kMaxPath) return BadPath(path, "is longer than 4096 bytes");
  if (path.find('\0') != std::string_view::npos) return BadPath(path, "holds a NUL byte");
  for (const std::string_view part : Split(path.substr(1), '/')) {
    if (part.empty() || part == "." || part == "..") return BadPath(path, "is not normalised");
    if (part.size() > kMaxComponent) return BadPath(path, "has a component longer than 255 bytes");
  }
  return OkStatus();
}

bool IsInside(std::string_view path, std::string_view root) {
  if (!path.starts_with(root)) return false;
  return path.size() == root.size() || path[root.size()] == '/';
}

std::string ParentOf(std::string_view path) {
  return std::string(path.substr(0, path.rfind('/')));
}

std::string NameOf(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace hawser::wire
