// Opens paths beneath a directory such that nothing ever leads out of it: no "..", no symbolic link
// is followed.
#include "lib/fs/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

namespace hawser::fs {

namespace {

/// openat2(2) asks to try again when a rename raced with the lookup; more often than this means it
/// never will.
constexpr int kRaces = 16;

std::atomic<bool> openat2_refused{false};

UniqueFd Failure(int error) {
  errno = error;
  return UniqueFd();
}

UniqueFd OpenAt2(int directory, const char* relative, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  for (int attempt = 0; attempt < kRaces; ++attempt) {
    const auto fd =
        static_cast<int>(::syscall(SYS_openat2, directory, relative, &how, sizeof(how)));
    if (fd >= 0) return UniqueFd(fd);
    if (errno != EAGAIN && errno != EINTR) break;
  }
  return UniqueFd();
}

/// openat2(2) lets ".." pass as long as it stays beneath.
bool CrossesParent(const std::string& relative) {
  return ("/" + relative + "/").find("/../") != std::string::npos;
}

/// Kernels before 5.6 say ENOSYS; older seccomp profiles answer EPERM for calls they do not know.
bool MeansRefused(int error) {
  return error == ENOSYS || error == EPERM;
}

/// Opens one component. A link in a directory's place is ELOOP, as openat2(2) says it.
UniqueFd OpenComponent(int directory, const std::string& name, int flags, mode_t mode) {
  if (name == "..") return Failure(EXDEV);
  UniqueFd fd(::openat(directory, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, mode));
  if (fd.valid() || errno != ENOTDIR) return fd;
  char target = 0;
  const bool link = ::readlinkat(directory, name.c_str(), &target, 1) >= 0;
  return Failure(link ? ELOOP : ENOTDIR);
}

}  // namespace

UniqueFd WalkBeneath(int directory, const std::string& relative, int flags, mode_t mode) {
  UniqueFd held;
  int current = directory;
  std::string_view rest = relative;
  for (size_t slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
    if (slash == 0) return Failure(EXDEV);
    held = OpenComponent(current, std::string(rest.substr(0, slash)), O_PATH | O_DIRECTORY, 0);
    if (!held.valid()) return UniqueFd();
    current = held.get();
    rest.remove_prefix(slash + 1);
  }
  const std::string last = rest.empty() ? std::string(".") : std::string(rest);
  return OpenComponent(current, last, flags, mode);
}

UniqueFd OpenBeneath(int directory, const std::string& relative, int flags, mode_t mode) {
  if (CrossesParent(relative)) return Failure(EXDEV);
  if (!openat2_refused.load(std::memory_order_relaxed)) {
    const char* path = relative.empty() ? "." : relative.c_str();
    UniqueFd fd = OpenAt2(directory, path, flags, mode);
    if (fd.valid() || !MeansRefused(errno)) return fd;
    // EPERM may also be about this one file, so only ENOSYS is remembered.
    if (errno == ENOSYS) openat2_refused.store(true, std::memory_order_relaxed);
  }
  return WalkBeneath(directory, relative, flags, mode);
}

}  // namespace hawser::fs
