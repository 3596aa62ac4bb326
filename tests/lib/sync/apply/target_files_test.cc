// What may stand where a file is to go, and what happens to it.
#include "lib/sync/apply/target_files.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "lib/sync/apply/apply.h"
#include "tests/lib/sync/apply/stored_files.h"

namespace hawser::sync {
namespace {

class TargetFilesTest : public StoredFilesTest {
 protected:
  Applier MakeApplier() { return {container_.path().string(), reader_, {{"/app", false}}}; }
};

TEST_F(TargetFilesTest, ReplacesAProgramWhileItRuns) {
  std::filesystem::create_directories(container_ / "app");
  std::filesystem::copy_file("/bin/sleep", container_ / "app/tool");
  const std::string program = container_ / "app/tool";
  std::string hour = "3600";
  char* argv[] = {const_cast<char*>(program.c_str()), hour.data(), nullptr};
  pid_t running = 0;
  ASSERT_EQ(::posix_spawn(&running, program.c_str(), nullptr, nullptr, argv, environ), 0);
  // In place this is what text busy (ETXTBSY) forbids.
  ASSERT_FALSE(std::ofstream(program, std::ios::in | std::ios::out).good());
  const ApplyReport report = MakeApplier().Apply({{"/app/tool", Stored("new version", 0755)}});
  EXPECT_TRUE(report.problems.empty());
  EXPECT_EQ(container_.Read("app/tool"), "new version");
  EXPECT_EQ(::waitpid(running, nullptr, WNOHANG), 0) << "the old version runs on";
  ::kill(running, SIGKILL);
  ::waitpid(running, nullptr, 0);
}

/// Stands in for what an app or image left at `path`.
void MakeSocket(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
}

TEST_F(TargetFilesTest, TakesThePlaceOfPipesAndSocketsWithoutOpeningThem) {
  for (const bool converge : {false, true}) {
    for (const char* name : {"pipe", "socket"}) {
      std::filesystem::remove_all(container_ / "app");
      std::filesystem::create_directories(container_ / "app");
      const std::string path = container_ / (std::string("app/") + name);
      if (name == std::string("pipe")) {
        ASSERT_EQ(::mkfifo(path.c_str(), 0644), 0);
      } else {
        MakeSocket(path);
      }
      const std::string target = std::string("/app/") + name;
      const Entry entry = Stored("");
      const ApplyReport report = converge ? MakeApplier().Converge({{target, entry}}, {})
                                          : MakeApplier().Apply({{target, entry}});
      EXPECT_TRUE(report.problems.empty()) << name;
      EXPECT_TRUE(std::filesystem::is_regular_file(path)) << name;
    }
  }
}

TEST_F(TargetFilesTest, ATimeOfAnotherClockIsKeptAndDecidesNothing) {
  Entry entry = Stored("x");
  for (const int64_t year : {-1, 0, 130}) {  // from 1970
    entry.mtime_ns = year * 31557600 * 1000000000 + 1;
    ASSERT_EQ(MakeApplier().Converge({{"/app/f", entry}}, {}).problems.size(), 0U);
    struct stat info {};
    ASSERT_EQ(::stat((container_ / "app/f").c_str(), &info), 0);
    EXPECT_EQ(info.st_mtim.tv_sec, year * 31557600) << year;
    EXPECT_EQ(info.st_mtim.tv_nsec, 1) << year;
  }
  container_.Write("app/f", "y");
  const std::filesystem::path file = container_ / "app/f";
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::max());
  EXPECT_EQ(MakeApplier().Converge({{"/app/f", entry}}, {}).written, 1U) << "newer is no reason";
  EXPECT_EQ(container_.Read("app/f"), "x");
}

TEST_F(TargetFilesTest, PrivilegedBitsNeverArrive) {
  Entry entry = Stored("x");
  entry.mode = 06755;
  MakeApplier().Apply({{"/app/f", entry}});
  struct stat info {};
  ASSERT_EQ(::stat((container_ / "app/f").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0755U);
}

}  // namespace
}  // namespace hawser::sync
