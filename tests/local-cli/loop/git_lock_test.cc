// When git is taken to be rewriting the workspace.
#include "local-cli/loop/git_lock.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

TEST(GitLockTest, IsNeverHeldWithoutGit) {
  const testing::TempDir dir;
  EXPECT_FALSE(GitLock(dir.path()).Held());
}

TEST(GitLockTest, IsHeldWhileGitLeavesItsMarks) {
  for (const char* mark : {"index.lock", "rebase-merge/done", "HEAD.lock", "rebase-apply/next"}) {
    const testing::TempDir dir;
    dir.Write(".git/HEAD", "ref: refs/heads/main\n");
    const GitLock git(dir.path());
    EXPECT_FALSE(git.Held());
    dir.Write(std::string(".git/") + mark, "");
    EXPECT_TRUE(git.Held()) << mark;
  }
}

TEST(GitLockTest, LetsAPersonEditDuringARebase) {
  const testing::TempDir dir;
  dir.Write(".git/rebase-merge/done", "edit 1234\n");
  const GitLock git(dir.path());
  EXPECT_TRUE(git.Held()) << "git is at it";
  const auto earlier = std::filesystem::file_time_type::clock::now() - std::chrono::minutes(1);
  std::filesystem::last_write_time(dir / ".git", earlier);
  EXPECT_FALSE(git.Held()) << "it stopped: saves must not wait";
}

TEST(GitLockTest, FollowsSubmodules) {
  const testing::TempDir dir;
  dir.Write("sub/.git", "gitdir: ../.git/modules/sub\n");
  dir.Write(".git/modules/sub/HEAD", "");
  const GitLock submodule(dir / "sub");
  EXPECT_FALSE(submodule.Held());
  dir.Write(".git/index.lock", "");
  EXPECT_FALSE(submodule.Held()) << "the outer repository's";
  dir.Write(".git/modules/sub/index.lock", "");
  EXPECT_TRUE(submodule.Held());
}

TEST(GitLockTest, LooksAboveTheWorkspaceAndFollowsWorktrees) {
  const testing::TempDir dir;
  dir.Write(".git/index.lock", "");
  dir.Write("service/app.py", "");
  EXPECT_TRUE(GitLock(dir / "service").Held());

  dir.Write("linked/.git", "gitdir: ../store/worktrees/linked\n");
  dir.Write("store/worktrees/linked/HEAD", "");
  const GitLock linked(dir / "linked");
  EXPECT_FALSE(linked.Held());
  dir.Write("store/worktrees/linked/index.lock", "");
  EXPECT_TRUE(linked.Held());
}

}  // namespace
}  // namespace hawser::cli
