// A file of its own in SSL_CERT_FILE, watched by inotify.
#include "tests/support/system_authority.h"

#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace hawser::testing {

namespace {

constexpr char kVariable[] = "SSL_CERT_FILE";

}  // namespace

SystemAuthority::SystemAuthority(const std::string& certificate)
    : events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  const char* before = std::getenv(kVariable);
  file_before_ = before == nullptr ? "" : before;
  directory_.Write("authority.pem", certificate);
  const std::string path = directory_ / "authority.pem";
  ::setenv(kVariable, path.c_str(), 1);
  EXPECT_GE(::inotify_add_watch(events_.get(), path.c_str(), IN_OPEN), 0);
}

SystemAuthority::~SystemAuthority() {
  file_before_.empty() ? ::unsetenv(kVariable) : ::setenv(kVariable, file_before_.c_str(), 1);
}

bool SystemAuthority::WasRead() {
  std::array<char, 4096> events{};
  bool read = false;
  while (::read(events_.get(), events.data(), events.size()) > 0) read = true;
  return read;
}

}  // namespace hawser::testing
