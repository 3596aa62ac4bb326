// Looks with as little work as possible: the tools share the processors with it.
#include "bench/sync/sight.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/scratch.h"

namespace hawser::bench {
namespace {

bool HoldsBytes(int directory, const Mark& mark) {
  const UniqueFd file(::openat(directory, mark.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return false;
  std::string held(mark.bytes.size(), '\0');
  const ssize_t count =
      ::pread(file.get(), held.data(), held.size(), static_cast<off_t>(mark.offset));
  return count == static_cast<ssize_t>(held.size()) && held == mark.bytes;
}

bool Holds(int directory, const Mark& mark) {
  struct stat found {};
  if (::fstatat(directory, mark.path.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (static_cast<uint64_t>(found.st_size) != mark.size) return false;
  return mark.bytes.empty() || HoldsBytes(directory, mark);
}

}  // namespace

Result<Sight> Sight::Open(const std::string& directory, const std::vector<Mark>& marks) {
  UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, "opening " + directory);
  return Sight(std::move(fd), marks);
}

bool Sight::All() {
  while (seen_ < marks_->size() && Holds(directory_.get(), (*marks_)[seen_])) ++seen_;
  return seen_ == marks_->size();
}

Status CompareFiles(const std::vector<Mark>& marks, const std::string& source,
                    const std::string& target) {
  for (const Mark& mark : marks) {
    if (FileText(source + "/" + mark.path) != FileText(target + "/" + mark.path))
      return DataLossError(mark.path + " is not what was saved");
  }
  return OkStatus();
}

}  // namespace hawser::bench
