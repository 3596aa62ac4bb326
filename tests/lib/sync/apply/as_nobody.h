// What a user without rights may do.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <initializer_list>
#include <string>

namespace hawser::sync {

/// While it lives, a process of root's acts as a user without rights, who owns all that is below
/// the given directories. Another user's process goes on as what it is.
class AsNobody {
 public:
  explicit AsNobody(std::initializer_list<std::string> own) : before_(::geteuid()) {
    if (before_ != 0) return;
    for (const std::string& directory : own) {
      EXPECT_EQ(::lchown(directory.c_str(), kNobody, kNobody), 0);
      for (const auto& each : std::filesystem::recursive_directory_iterator(directory)) {
        EXPECT_EQ(::lchown(each.path().c_str(), kNobody, kNobody), 0) << each;
      }
    }
    EXPECT_EQ(::seteuid(kNobody), 0);
  }
  ~AsNobody() { EXPECT_EQ(::seteuid(before_), 0); }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  const uid_t before_;
};

}  // namespace hawser::sync
