// Renames instead of removing and making.
#include "lib/sync/stage/spare_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"

namespace hawser::sync {

void SpareFiles::Take(const std::string& path) {
  struct stat info {};
  const bool worth = names_.size() < max_ && ::stat(path.c_str(), &info) == 0 &&
                     static_cast<uint64_t>(info.st_size) <= kMaxSize;
  const std::string spare = directory_ + "/" + fs::TemporaryName();
  if (worth && ::rename(path.c_str(), spare.c_str()) == 0) {
    names_.push_back(spare);
  } else {
    ::unlink(path.c_str());
  }
}

Status SpareFiles::Reuse(const std::string& path, std::string_view content) {
  const std::string spare = std::move(names_.back());
  names_.pop_back();
  const UniqueFd fd(::open(spare.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return NotFoundError("a spare file went: " + spare);
  Status status = fs::WriteAll(fd.get(), content);
  if (status.ok() && (::ftruncate(fd.get(), static_cast<off_t>(content.size())) != 0 ||
                      ::rename(spare.c_str(), path.c_str()) != 0)) {
    status = ErrnoStatus(errno, path);
  }
  if (status.code() == Code::kNotFound) {
    names_.push_back(spare);
  } else if (!status.ok()) {
    ::unlink(spare.c_str());
  }
  return status;
}

}  // namespace hawser::sync
