// Finds this program's folder in /proc and executes its neighbour.
#include "lib/base/sibling.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace hawser {

Status BecomeSibling(const std::string& name, char** argv) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return ErrnoStatus(error.value(), "cannot find this program's folder");
  const std::filesystem::path sibling = self.parent_path() / name;
  ::execv(sibling.c_str(), argv);
  return ErrnoStatus(errno, "cannot run " + sibling.string() + ", which belongs beside " +
                                self.filename().string());
}

}  // namespace hawser
