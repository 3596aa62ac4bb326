// Listing and reading a container's files without leaving its roots.
#include "lib/sync/pull/pod_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PodFilesTest : public ::testing::Test {
 protected:
  PodListing List(const std::string& root, const std::string& glob) {
    return files_.List(roots_, {{.root = root, .glob = glob}});
  }
  static std::vector<std::string> PathsOf(const PodListing& listing) {
    std::vector<std::string> paths;
    for (const auto& [path, entry] : listing.tree) paths.push_back(path);
    return paths;
  }

  hawser::testing::TempDir container_;
  const std::vector<wire::SyncRoot> roots_{{.path = "/app"}, {.path = "/app/inner"}};
  PodFiles files_{container_.path(), {.names = 1000, .entries = 3, .file_bytes = 10}};
};

TEST_F(PodFilesTest, ListsWhatMatchesWithContentModeAndMtime) {
  container_.Write("app/a.lock", "one");
  container_.Write("app/src/b.lock", "two");
  container_.Write("app/src/c.py", "three");
  ::chmod((container_ / "app/a.lock").c_str(), 0600);
  const PodListing all = List("/app", "**/*.lock");
  EXPECT_THAT(PathsOf(all), ElementsAre("/app/a.lock", "/app/src/b.lock"));
  EXPECT_EQ(all.trouble, "");
  const Entry entry = all.tree.at("/app/a.lock");
  EXPECT_EQ(entry.mode, 0600U);
  EXPECT_EQ(entry.digest, Sha256("one"));
  EXPECT_NE(entry.mtime_ns, 0);
  EXPECT_THAT(PathsOf(List("/app/src", "")), ElementsAre("/app/src/b.lock", "/app/src/c.py"));
  EXPECT_THAT(PathsOf(List("/app/src/c.py", "")), ElementsAre("/app/src/c.py"));
  EXPECT_THAT(PathsOf(List("/app", "src")), ElementsAre("/app/src/b.lock", "/app/src/c.py"));
  EXPECT_THAT(PathsOf(List("/app/missing", "")), ElementsAre());
}

TEST_F(PodFilesTest, LeavesOutWhatIsBeingWritten) {
  container_.Write("app/f", "x");
  container_.Write("app/.hawser-0-1-2.tmp", "half");
  container_.Write("app/.hawser-0-1-3.tmp/1/f", "prepared");
  EXPECT_THAT(PathsOf(List("/app", "")), ElementsAre("/app/f"));
}

TEST_F(PodFilesTest, SeesAChangeThatKeepsSizeAndMtime) {
  container_.Write("app/f", "one");
  const Digest before = List("/app/f", "").tree.digest();
  const auto time = std::filesystem::last_write_time(container_ / "app/f");
  container_.Write("app/f", "two");
  std::filesystem::last_write_time(container_ / "app/f", time);
  EXPECT_NE(List("/app/f", "").tree.digest(), before);
}

TEST_F(PodFilesTest, StaysInsideTheRoots) {
  container_.Write("etc/passwd", "root");
  container_.Write("app/f", "x");
  std::filesystem::create_directory_symlink(container_ / "etc", container_ / "app/etc");
  EXPECT_THAT(PathsOf(List("/app", "")), ElementsAre("/app/etc", "/app/f"));
  EXPECT_THAT(PathsOf(List("/app/etc/passwd", "")), ElementsAre());
  EXPECT_THAT(List("/etc", "").trouble, HasSubstr("outside"));
  EXPECT_EQ(files_.Read(roots_, "/etc/passwd", 0, 10).status().code(), Code::kPermissionDenied);
  EXPECT_FALSE(files_.Read(roots_, "/app/etc/passwd", 0, 10).ok());
}

TEST_F(PodFilesTest, LeavesOutAndTellsWhatIsTooMuch) {
  container_.Write("app/large", std::string(11, 'x'));
  EXPECT_THAT(List("/app", "").trouble, HasSubstr("/app/large is larger"));
  std::filesystem::remove(container_ / "app/large");
  for (const char* name : {"a", "b", "c", "d"}) container_.Write(std::string("app/") + name, "x");
  const PodListing listing = List("/app", "");
  EXPECT_EQ(listing.tree.size(), 3U);
  EXPECT_THAT(listing.trouble, HasSubstr("beyond"));
  ASSERT_EQ(::mkfifo((container_ / "app/inner").c_str(), 0600), 0);
  EXPECT_FALSE(files_.Read(roots_, "/app/inner", 0, 10).ok()) << "a fifo must not be waited for";
}

TEST_F(PodFilesTest, ReadsPieces) {
  container_.Write("app/f", "0123456789");
  EXPECT_EQ(*files_.Read(roots_, "/app/f", 2, 4), "2345");
  EXPECT_EQ(*files_.Read(roots_, "/app/f", 8, 4), "89");
  EXPECT_EQ(*files_.Read(roots_, "/app/f", uint64_t{1} << 60, 4), "");
  EXPECT_EQ(files_.Read(roots_, "/app/none", 0, 4).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace hawser::sync
