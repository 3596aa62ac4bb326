// Finds .git, then only asks whether a few names exist
// (git-scm.com/docs/gitrepository-layout).
#include "local-cli/loop/git_lock.h"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "lib/fs/git_directory.h"

namespace hawser::cli {

namespace {

/// Between two picks of a rebase, git locks the index again sooner than this.
constexpr auto kRebasePause = std::chrono::seconds(1);
/// What a save pays for looking again stays far below what it takes.
constexpr auto kLookAgain = std::chrono::seconds(1);

}  // namespace

GitLock::GitLock(std::string root) : root_(std::move(root)) {
  Find({});
}

void GitLock::Find(TimePoint now) {
  looked_ = now;
  if (auto git = fs::FindGitDirectory(root_)) git_directory_ = std::move(git->own);
}

bool GitLock::Held(TimePoint now) {
  if (!git_directory_ && now - looked_ >= kLookAgain) Find(now);
  if (!git_directory_) return false;
  std::error_code error;
  for (const char* lock : {"/index.lock", "/HEAD.lock"}) {
    if (std::filesystem::exists(*git_directory_ + lock, error)) return true;
  }
  for (const char* rebase : {"/rebase-merge", "/rebase-apply"}) {
    if (std::filesystem::exists(*git_directory_ + rebase, error)) return WorkedJustNow();
  }
  return false;
}

bool GitLock::WorkedJustNow() const {
  std::error_code error;
  const auto changed = std::filesystem::last_write_time(*git_directory_, error);
  const auto age = std::filesystem::file_time_type::clock::now() - changed;
  return !error && std::chrono::abs(age) < kRebasePause;
}

}  // namespace hawser::cli
