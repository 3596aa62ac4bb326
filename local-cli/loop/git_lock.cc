// Finds .git once, then only asks whether a few names exist
// (git-scm.com/docs/gitrepository-layout).
#include "local-cli/loop/git_lock.h"

#include <filesystem>
#include <fstream>

namespace hawser::cli {

namespace {

/// Follows "gitdir: PATH", as linked worktrees and submodules have it.
std::optional<std::string> FollowGitFile(const std::filesystem::path& file) {
  constexpr std::string_view kPrefix = "gitdir: ";
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line) || !line.starts_with(kPrefix)) return std::nullopt;
  return (file.parent_path() / line.substr(kPrefix.size())).lexically_normal().string();
}

std::optional<std::string> FindGitDirectory(std::filesystem::path directory) {
  std::error_code error;
  while (true) {
    const std::filesystem::path git = directory / ".git";
    if (std::filesystem::is_directory(git, error)) return git.string();
    if (std::filesystem::is_regular_file(git, error)) return FollowGitFile(git);
    if (directory == directory.parent_path()) return std::nullopt;
    directory = directory.parent_path();
  }
}

}  // namespace

GitLock::GitLock(const std::string& root) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::canonical(root, error);
  if (!error) git_directory_ = FindGitDirectory(absolute);
}

bool GitLock::Held() const {
  if (!git_directory_) return false;
  for (const char* mark : {"/index.lock", "/rebase-merge", "/rebase-apply"}) {
    std::error_code error;
    if (std::filesystem::exists(*git_directory_ + mark, error)) return true;
  }
  return false;
}

}  // namespace hawser::cli
