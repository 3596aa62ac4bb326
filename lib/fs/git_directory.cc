// Where git keeps what belongs to a directory.
#include "lib/fs/git_directory.h"

#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace hawser::fs {

namespace {

using Path = std::filesystem::path;

/// The path in a file of one line: "PREFIXpath", from `base` when it is relative.
std::optional<Path> PathIn(const Path& file, std::string_view prefix, const Path& base) {
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line) || !line.starts_with(prefix)) return std::nullopt;
  return (base / line.substr(prefix.size())).lexically_normal();
}

GitDirectory Describe(const Path& top, const Path& own) {
  const Path common = PathIn(own / "commondir", "", own).value_or(own);
  return {.top = top.string(), .own = own.string(), .common = common.string()};
}

}  // namespace

std::optional<GitDirectory> FindGitDirectory(const std::string& directory) {
  std::error_code error;
  Path top = std::filesystem::canonical(directory, error);
  if (error) return std::nullopt;
  while (true) {
    const Path git = top / ".git";
    if (std::filesystem::is_directory(git, error)) return Describe(top, git);
    if (std::filesystem::is_regular_file(git, error)) {
      const std::optional<Path> own = PathIn(git, "gitdir: ", top);
      if (!own) return std::nullopt;
      return Describe(top, *own);
    }
    if (top == top.parent_path()) return std::nullopt;
    top = top.parent_path();
  }
}

}  // namespace hawser::fs
