// A directory or file under two names, in the mount namespace that SmallDisk makes.
#pragma once

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <filesystem>
#include <string>
#include <utility>

namespace hawser::testing {

/// Makes `from` appear at `to` as well, while it lives.
class BindMount {
 public:
  BindMount(const std::string& from, std::string to) : to_(std::move(to)) {
    EXPECT_EQ(::mount(from.c_str(), to_.c_str(), nullptr, MS_BIND, nullptr), 0) << to_;
  }
  ~BindMount() { ::umount2(to_.c_str(), MNT_DETACH); }
  BindMount(const BindMount&) = delete;
  BindMount& operator=(const BindMount&) = delete;

  void MakeReadOnly() const {
    EXPECT_EQ(::mount(nullptr, to_.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr), 0);
  }

 private:
  std::string to_;
};

/// Makes one directory that has both names, as a file system that ignores case would if they differ
/// in nothing else.
inline BindMount MakeUnderTwoNames(const std::string& name, const std::string& other) {
  for (const std::string& each : {name, other}) std::filesystem::create_directories(each);
  return {name, other};
}

}  // namespace hawser::testing
