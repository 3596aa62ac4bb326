// A file system of a test's own, in memory, that can run full.
#include "tests/support/small_disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <string_view>

namespace hawser::testing {
namespace {

constexpr uint64_t kRoom = 4ULL << 30;

bool WriteLine(const char* path, const std::string& line) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  ::close(fd);
  return written;
}

/// A mount namespace of this process's own; who is not root needs a user namespace for it.
bool Unshare() {
  if (::unshare(CLONE_NEWNS) == 0) return true;
  const std::string uid = std::to_string(::geteuid());
  const std::string gid = std::to_string(::getegid());
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && WriteLine("/proc/self/setgroups", "deny") &&
         WriteLine("/proc/self/uid_map", uid + " " + uid + " 1") &&
         WriteLine("/proc/self/gid_map", gid + " " + gid + " 1");
}

bool MayMount() {
  static const bool may =
      Unshare() && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return may;
}

bool Mount(const std::string& place, unsigned long flags, uint64_t size) {
  const std::string options = "size=" + std::to_string(size);
  return ::mount("none", place.c_str(), "tmpfs", flags, options.c_str()) == 0;
}

}  // namespace

std::unique_ptr<SmallDisk> SmallDisk::Make() {
  if (!MayMount()) return nullptr;
  std::unique_ptr<SmallDisk> disk(new SmallDisk);
  return Mount(disk->path(), 0, kRoom) ? std::move(disk) : nullptr;
}

SmallDisk::~SmallDisk() {
  ::umount2(place_.path().c_str(), MNT_DETACH);
}

void SmallDisk::Leave(uint64_t bytes) const {
  struct statvfs info {};
  ASSERT_EQ(::statvfs(place_.path().c_str(), &info), 0);
  const uint64_t used = (info.f_blocks - info.f_bfree) * info.f_frsize;
  EXPECT_TRUE(Mount(path(), MS_REMOUNT, used + bytes));
}

void SmallDisk::Grow() const {
  EXPECT_TRUE(Mount(path(), MS_REMOUNT, kRoom));
}

}  // namespace hawser::testing
