// When git is taken to be rewriting the workspace.
#include "local-cli/loop/git_lock.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

constexpr TimePoint kNow{std::chrono::hours(1)};

TEST(GitLockTest, FindsARepositoryThatIsMadeLater) {
  const testing::TempDir dir;
  GitLock git(dir.path());
  EXPECT_FALSE(git.Held(kNow));
  dir.Write(".git/HEAD", "ref: refs/heads/main\n");
  dir.Write(".git/index.lock", "");
  EXPECT_FALSE(git.Held(kNow + std::chrono::milliseconds(999))) << "not for every save";
  EXPECT_TRUE(git.Held(kNow + std::chrono::seconds(1)));
}

TEST(GitLockTest, IsNeverHeldWithoutGit) {
  const testing::TempDir dir;
  EXPECT_FALSE(GitLock(dir.path()).Held(kNow));
}

TEST(GitLockTest, IsHeldWhileGitLeavesItsMarks) {
  for (const char* mark : {"index.lock", "rebase-merge/done", "HEAD.lock", "rebase-apply/next"}) {
    const testing::TempDir dir;
    dir.Write(".git/HEAD", "ref: refs/heads/main\n");
    GitLock git(dir.path());
    EXPECT_FALSE(git.Held(kNow));
    dir.Write(std::string(".git/") + mark, "");
    EXPECT_TRUE(git.Held(kNow)) << mark;
  }
}

TEST(GitLockTest, LetsAPersonEditDuringARebase) {
  const testing::TempDir dir;
  dir.Write(".git/rebase-merge/done", "edit 1234\n");
  GitLock git(dir.path());
  EXPECT_TRUE(git.Held(kNow)) << "git is at it";
  const auto earlier = std::filesystem::file_time_type::clock::now() - std::chrono::minutes(1);
  std::filesystem::last_write_time(dir / ".git", earlier);
  EXPECT_FALSE(git.Held(kNow)) << "it stopped: saves must not wait";
}

TEST(GitLockTest, FollowsSubmodules) {
  const testing::TempDir dir;
  dir.Write("sub/.git", "gitdir: ../.git/modules/sub\n");
  dir.Write(".git/modules/sub/HEAD", "");
  GitLock submodule(dir / "sub");
  EXPECT_FALSE(submodule.Held(kNow));
  dir.Write(".git/index.lock", "");
  EXPECT_FALSE(submodule.Held(kNow)) << "the outer repository's";
  dir.Write(".git/modules/sub/index.lock", "");
  EXPECT_TRUE(submodule.Held(kNow));
}

TEST(GitLockTest, LooksAboveTheWorkspaceAndFollowsWorktrees) {
  const testing::TempDir dir;
  dir.Write(".git/index.lock", "");
  dir.Write("service/app.py", "");
  EXPECT_TRUE(GitLock(dir / "service").Held(kNow));

  dir.Write("linked/.git", "gitdir: ../store/worktrees/linked\n");
  dir.Write("store/worktrees/linked/HEAD", "");
  GitLock linked(dir / "linked");
  EXPECT_FALSE(linked.Held(kNow));
  dir.Write("store/worktrees/linked/index.lock", "");
  EXPECT_TRUE(linked.Held(kNow));
}

}  // namespace
}  // namespace hawser::cli
