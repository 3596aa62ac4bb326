// hawser-agent install: copies this program to where the app container finds it.
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

#include "agent/commands.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"

namespace hawser::agent {
namespace {

constexpr mode_t kMode = 0755;
constexpr size_t kPiece = size_t{1} << 20;

Status CopyContent(int from, int to) {
  while (true) {
    const ssize_t count = ::sendfile(to, from, nullptr, kPiece);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, "can't copy");
    if (count == 0) return OkStatus();
  }
}

/// Writes beside `target` and renames, so that a program of that name is always whole and a running
/// one isn't touched.
Status InstallAs(const std::string& target) {
  const UniqueFd self(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!self.valid()) return ErrnoStatus(errno, "can't open this program");
  const std::string temporary = target + ".new";
  const UniqueFd copy(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
  if (!copy.valid()) return ErrnoStatus(errno, "can't write " + temporary);
  Status status = CopyContent(self.get(), copy.get());
  if (status.ok() && ::fchmod(copy.get(), kMode) != 0)
    status = ErrnoStatus(errno, "can't set the mode of " + temporary);
  if (status.ok() && ::rename(temporary.c_str(), target.c_str()) != 0)
    status = ErrnoStatus(errno, "can't replace " + target);
  if (!status.ok()) ::unlink(temporary.c_str());
  return status;
}

}  // namespace

int RunInstall(const InstallArguments& arguments) {
  std::error_code error;
  std::filesystem::create_directories(arguments.directory, error);
  const std::string target = arguments.directory + "/hawser-agent";
  const Status status =
      error ? ErrnoStatus(error.value(), "can't make " + arguments.directory) : InstallAs(target);
  if (status.ok()) return 0;
  std::fprintf(stderr, "hawser-agent install: %s\n", status.ToString().c_str());
  return 1;
}

}  // namespace hawser::agent
