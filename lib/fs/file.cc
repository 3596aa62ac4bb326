// Whole-file helpers over descriptors: read all, write all, replace by rename.
#include "lib/fs/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "lib/base/random.h"

namespace hawser::fs {

namespace {

constexpr size_t kBuffer = 256U << 10;
constexpr size_t kMaxAtOnce = 1U << 30;

/// sendfile(2) refuses some pairs of file systems; this works for all.
Status CopyThroughBuffer(int from, int to, uint64_t size) {
  std::vector<char> buffer(static_cast<size_t>(std::min<uint64_t>(size, kBuffer)));
  while (size > 0) {
    HAWSER_ASSIGN_OR_RETURN(const size_t got,
                            ReadSome(from, buffer.data(),
                                     static_cast<size_t>(std::min<uint64_t>(size, buffer.size()))));
    if (got == 0) return DataLossError("the file is shorter than expected");
    HAWSER_RETURN_IF_ERROR(WriteAll(to, {buffer.data(), got}));
    size -= got;
  }
  return OkStatus();
}

}  // namespace

Result<UniqueFd> OpenToRead(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, path);
  return fd;
}

Result<size_t> ReadSome(int fd, char* buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(fd, buffer + done, size - done);
    if (got == 0) break;
    if (got > 0) {
      done += static_cast<size_t>(got);
    } else if (errno != EINTR) {
      return ErrnoStatus(errno, "read");
    }
  }
  return done;
}

Status ReadAt(int fd, uint64_t offset, std::span<char> out) {
  while (!out.empty()) {
    const ssize_t got = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(errno, "read");
    if (got == 0) return DataLossError("the file is shorter than expected");
    offset += static_cast<uint64_t>(got);
    out = out.subspan(static_cast<size_t>(got));
  }
  return OkStatus();
}

Result<uint64_t> SizeOf(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return ErrnoStatus(errno, "fstat");
  return static_cast<uint64_t>(info.st_size);
}

Result<std::string> ReadAll(int fd, uint64_t max_size) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return ErrnoStatus(errno, "stat");
  const off_t position = std::max<off_t>(::lseek(fd, 0, SEEK_CUR), 0);
  const auto expected = static_cast<uint64_t>(std::max<off_t>(info.st_size - position, 0));
  if (expected > max_size) return OutOfRangeError("the file is larger than allowed");
  std::string content;
  size_t room = static_cast<size_t>(expected) + 1;  // one more, so that a file of this size ends
  for (;;) {
    const size_t before = content.size();
    content.resize(before + room);
    HAWSER_ASSIGN_OR_RETURN(const size_t got, ReadSome(fd, content.data() + before, room));
    content.resize(before + got);
    if (content.size() > max_size) return OutOfRangeError("the file is larger than allowed");
    if (got < room) return content;
    room = kBuffer;
  }
}

int64_t Nanoseconds(const timespec& time) {
  constexpr int64_t kSecond = 1'000'000'000;
  constexpr int64_t kMostSeconds =
      7'000'000'000;  // sums and differences with the present still fit
  return std::clamp<int64_t>(time.tv_sec, -kMostSeconds, kMostSeconds) * kSecond + time.tv_nsec;
}

Status WriteAll(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t put = ::write(fd, data.data(), std::min(data.size(), kMaxAtOnce));
    if (put >= 0) {
      data.remove_prefix(static_cast<size_t>(put));
    } else if (errno != EINTR) {
      return ErrnoStatus(errno, "write");
    }
  }
  return OkStatus();
}

Status CopyBytes(int from, int to, uint64_t size) {
  while (size > 0) {
    const ssize_t sent = ::sendfile(to, from, nullptr, std::min<uint64_t>(size, kMaxAtOnce));
    if (sent > 0) {
      size -= static_cast<uint64_t>(sent);
    } else if (sent == 0) {
      return DataLossError("the file is shorter than expected");
    } else if (errno == EINVAL || errno == ENOSYS) {
      return CopyThroughBuffer(from, to, size);
    } else if (errno != EINTR) {
      return ErrnoStatus(errno, "copy");
    }
  }
  return OkStatus();
}

Status ReplaceFile(const std::string& path, std::string_view content, uint32_t mode) {
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  const std::string temporary = directory + TemporaryName();
  UniqueFd fd(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return ErrnoStatus(errno, temporary);
  Status status = WriteAll(fd.get(), content);
  if (status.ok() && ::fchmod(fd.get(), mode) != 0) status = ErrnoStatus(errno, "chmod");
  if (status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoStatus(errno, "rename");
  }
  if (!status.ok()) ::unlink(temporary.c_str());
  return status.Annotate(path);
}

Result<UniqueFd> OpenUnnamed(const std::string& directory) {
  UniqueFd fd(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd.valid()) return ErrnoStatus(errno, directory);
  return fd;
}

std::string TemporaryName() {
  // One random number a file would make threads that write thousands wait for one another.
  static const std::string process = RandomHex(8);
  static std::atomic<uint64_t> count;
  return ".hawser-" + process + "-" + std::to_string(::getpid()) + "-" +
         std::to_string(count.fetch_add(1, std::memory_order_relaxed)) + ".tmp";
}

bool IsTemporaryName(std::string_view name) {
  return name.starts_with(".hawser-") && name.ends_with(".tmp");
}

}  // namespace hawser::fs
