// Reads a bounded file.
#include "lib/kube/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "lib/base/text.h"
#include "lib/base/unique_fd.h"

namespace hawser::kube {
namespace {

constexpr size_t kMaxFile = 4U << 20;

}  // namespace

Result<std::string> ReadFile(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return ErrnoStatus(errno, path);
  std::string content;
  char buffer[16384];
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, path);
    if (count == 0) return content;
    content.append(buffer, static_cast<size_t>(count));
    if (content.size() > kMaxFile) {
      return InvalidArgumentError(path + ": longer than " + FormatBytes(kMaxFile));
    }
  }
}

}  // namespace hawser::kube
