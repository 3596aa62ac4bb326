// Nothing leads out of a directory, by openat2 or by the walk that stands in for it.
#include "lib/fs/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "lib/fs/file.h"
#include "tests/support/temp_dir.h"

namespace hawser::fs {
namespace {

using Open = UniqueFd (*)(int, const std::string&, int, mode_t);

class BeneathTest : public ::testing::TestWithParam<Open> {
 protected:
  BeneathTest() {
    directory_.Write("root/a/b/f", "inside");
    directory_.Write("outside/f", "outside");
    std::filesystem::create_directory_symlink("../outside", directory_ / "root/out");
    std::filesystem::create_directory_symlink("a", directory_ / "root/in");
    std::filesystem::create_symlink("a/b/f", directory_ / "root/link");
    root_ = UniqueFd(::open((directory_ / "root").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

  UniqueFd OpenPath(const std::string& path, int flags = O_RDONLY, mode_t mode = 0) const {
    return GetParam()(root_.get(), path, flags, mode);
  }
  int ErrorOf(const std::string& path, int flags = O_RDONLY) const {
    errno = 0;
    return OpenPath(path, flags).valid() ? 0 : errno;
  }

  testing::TempDir directory_;
  UniqueFd root_;
};

TEST_P(BeneathTest, OpensWhatLiesBelow) {
  EXPECT_EQ(ReadAll(OpenPath("a/b/f").get(), 100).value(), "inside");
  EXPECT_TRUE(OpenPath("a/b", O_RDONLY | O_DIRECTORY).valid());
  struct stat self {};
  struct stat opened {};
  ASSERT_EQ(::fstat(root_.get(), &self), 0);
  ASSERT_EQ(::fstat(OpenPath("", O_RDONLY | O_DIRECTORY).get(), &opened), 0);
  EXPECT_EQ(opened.st_ino, self.st_ino) << "no path is the directory itself";
}

TEST_P(BeneathTest, CreatesFilesWithTheirMode) {
  ASSERT_TRUE(OpenPath("a/new", O_WRONLY | O_CREAT | O_EXCL, 0600).valid());
  EXPECT_EQ(ErrorOf("a/new", O_WRONLY | O_CREAT | O_EXCL), EEXIST);
  struct stat info {};
  ASSERT_EQ(::stat((directory_ / "root/a/new").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_P(BeneathTest, FollowsNoLinkWhereverItLeads) {
  for (const std::string path : {"out/f", "out", "in/b/f", "in", "link"}) {
    EXPECT_EQ(ErrorOf(path), ELOOP) << path;
  }
  EXPECT_EQ(ErrorOf("out/new", O_WRONLY | O_CREAT), ELOOP);
  EXPECT_FALSE(directory_.Exists("outside/new"));
}

TEST_P(BeneathTest, CrossesNoParent) {
  for (const std::string path : {"..", "../outside/f", "a/../../outside/f", "a/../a/b/f", "a/.."}) {
    EXPECT_EQ(ErrorOf(path), EXDEV) << path;
  }
  EXPECT_EQ(ErrorOf(directory_ / "outside/f"), EXDEV) << "an absolute path";
}

TEST_P(BeneathTest, TellsMissingFromMisplaced) {
  EXPECT_EQ(ErrorOf("a/none"), ENOENT);
  EXPECT_EQ(ErrorOf("none/f"), ENOENT);
  EXPECT_EQ(ErrorOf("a/b/f/below"), ENOTDIR);
  EXPECT_EQ(ErrorOf("a/b/f", O_RDONLY | O_DIRECTORY), ENOTDIR);
}

TEST_P(BeneathTest, LeavesNoDescriptorToChildren) {
  EXPECT_EQ(::fcntl(OpenPath("a/b/f").get(), F_GETFD), FD_CLOEXEC);
}

INSTANTIATE_TEST_SUITE_P(Ways, BeneathTest, ::testing::Values(&OpenBeneath, &WalkBeneath),
                         [](const auto& way) { return way.index == 0 ? "Kernel" : "Walk"; });

}  // namespace
}  // namespace hawser::fs
