// When git is taken to be rewriting the workspace.
#include "local-cli/loop/git_lock.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

TEST(GitLockTest, IsNeverHeldWithoutGit) {
  const testing::TempDir dir;
  EXPECT_FALSE(GitLock(dir.path()).Held());
}

TEST(GitLockTest, IsHeldWhileGitLeavesItsMarks) {
  for (const char* mark : {"index.lock", "rebase-merge/done", "rebase-apply/next"}) {
    const testing::TempDir dir;
    dir.Write(".git/HEAD", "ref: refs/heads/main\n");
    const GitLock git(dir.path());
    EXPECT_FALSE(git.Held());
    dir.Write(std::string(".git/") + mark, "");
    EXPECT_TRUE(git.Held()) << mark;
  }
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
