// Modes that directories get at the end of a run, once all below them is written.
#include "lib/sync/apply/directory_modes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "lib/base/unique_fd.h"

namespace hawser::sync {

void DirectoryModes::Set(const std::string& path, uint32_t mode) {
  if ((mode & kOwnerAll) == kOwnerAll) {
    modes_.erase(path);
  } else {
    modes_[path] = mode;
  }
}

uint32_t DirectoryModes::Final(const std::string& path, uint32_t now) const {
  const auto noted = modes_.find(path);
  return noted == modes_.end() ? now : noted->second;
}

bool DirectoryModes::Loosen(const std::string& path, int directory) {
  struct stat info {};
  if (::fstat(directory, &info) != 0 || info.st_uid != ::geteuid()) return false;
  const uint32_t mode = info.st_mode & 07777;
  // Another thread of the run may have been faster; it sets the mode at the end.
  if ((mode & kOwnerAll) == kOwnerAll) return true;
  const UniqueFd fd(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fchmod(fd.get(), mode | kOwnerAll) != 0) return false;
  modes_.try_emplace(path, mode);
  return true;
}

std::map<std::string, uint32_t> DirectoryModes::Take() {
  return std::exchange(modes_, {});
}

}  // namespace hawser::sync
