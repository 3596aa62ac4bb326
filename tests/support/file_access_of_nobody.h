// What a user without rights may do with files.
#pragma once

#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace hawser::testing {

/// Root reads everything; while this lives, the thread's file accesses are those of a user without
/// rights, who owns the paths.
class FileAccessOfNobody {
 public:
  explicit FileAccessOfNobody(const std::vector<std::string>& own) {
    if (::geteuid() != 0) return;
    for (const std::string& path : own) EXPECT_EQ(::chown(path.c_str(), kNobody, kNobody), 0);
    ::setfsuid(kNobody);
  }
  ~FileAccessOfNobody() { ::setfsuid(::geteuid()); }
  FileAccessOfNobody(const FileAccessOfNobody&) = delete;
  FileAccessOfNobody& operator=(const FileAccessOfNobody&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
};

}  // namespace hawser::testing
