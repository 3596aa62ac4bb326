// Which repository a directory belongs to.
#include "lib/fs/git_directory.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace hawser::fs {
namespace {

class GitDirectoryTest : public ::testing::Test {
 protected:
  std::string At(const std::string& path) const {
    return (std::filesystem::canonical(dir_.path()) / path).string();
  }
  const testing::TempDir dir_;
};

TEST_F(GitDirectoryTest, FindsTheRepositoryAboveADirectory) {
  dir_.Write("repo/.git/HEAD", "");
  dir_.Write("repo/a/b/f", "");
  const auto git = FindGitDirectory(dir_ / "repo/a/b");
  ASSERT_TRUE(git.has_value());
  EXPECT_EQ(git->top, At("repo"));
  EXPECT_EQ(git->own, At("repo/.git"));
  EXPECT_EQ(git->common, At("repo/.git"));
}

TEST_F(GitDirectoryTest, FollowsALinkedWorkTreeToWhatItShares) {
  dir_.Write("repo/.git/worktrees/linked/commondir", "../..\n");
  dir_.Write("linked/.git", "gitdir: " + At("repo/.git/worktrees/linked") + "\n");
  const auto git = FindGitDirectory(dir_ / "linked");
  ASSERT_TRUE(git.has_value());
  EXPECT_EQ(git->top, At("linked"));
  EXPECT_EQ(git->own, At("repo/.git/worktrees/linked"));
  EXPECT_EQ(std::filesystem::path(git->common), std::filesystem::path(At("repo/.git/")));
}

TEST_F(GitDirectoryTest, FindsNothingThroughABrokenFile) {
  dir_.Write("repo/.git", "not a pointer\n");
  EXPECT_FALSE(FindGitDirectory(dir_ / "repo").has_value());
  EXPECT_FALSE(FindGitDirectory(dir_ / "none").has_value());
}

}  // namespace
}  // namespace hawser::fs
