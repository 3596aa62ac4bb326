// Reads what the workspace's own files say is to be ignored.
#include "lib/sync/workspace/ignore_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"
#include "lib/fs/relative_path.h"

namespace hawser::sync {

namespace {

constexpr uint64_t kMaxIgnoreFile = 1U << 20;
constexpr std::array<std::string_view, 2> kRootFiles = {".dockerignore", ".tiltignore"};

bool AnyWantsGit(const std::vector<Rule>& rules) {
  return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) { return rule.gitignore; });
}

/// Adds to `read` what the file was before that.
Result<std::vector<IgnorePattern>> PatternsOf(const std::string& root, std::string_view name,
                                              FileStamps& read) {
  const std::string path = fs::Join(root, name);
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode)) {
    read.emplace(name, StampOf(info));
  }
  const Result<UniqueFd> fd = fs::OpenToRead(path);
  if (fd.status().code() == Code::kNotFound) return std::vector<IgnorePattern>();
  if (!fd.ok()) return fd.status();
  const Result<std::string> text = fs::ReadAll(fd->get(), kMaxIgnoreFile);
  if (!text.ok()) return text.status().Annotate(name);
  return IgnoreFilePatterns(*text, name);
}

Status ReadGits(const std::string& root, const std::vector<Rule>& rules, WorkspaceIgnores& ignores,
                FileStamps& read) {
  HAWSER_ASSIGN_OR_RETURN(const Rules without_git, Rules::MakeWith(rules, ignores));
  HAWSER_ASSIGN_OR_RETURN(GitIgnores git, GitIgnores::Read(root, [&](const std::string& directory) {
                            return without_git.SkipDirectory(directory);
                          }));
  read.insert(git.files_read().begin(), git.files_read().end());
  ignores.git = std::make_shared<const GitIgnores>(std::move(git));
  return OkStatus();
}

}  // namespace

Result<WorkspaceIgnores> ReadIgnores(const std::string& root, const std::vector<Rule>& rules) {
  WorkspaceIgnores ignores;
  FileStamps read;
  for (const std::string_view name : kRootFiles) {
    HAWSER_ASSIGN_OR_RETURN(std::vector<IgnorePattern> more, PatternsOf(root, name, read));
    std::move(more.begin(), more.end(), std::back_inserter(ignores.patterns));
  }
  if (AnyWantsGit(rules)) HAWSER_RETURN_IF_ERROR(ReadGits(root, rules, ignores, read));
  ignores.files = std::make_shared<const FileStamps>(std::move(read));
  return ignores;
}

bool IsIgnoreFile(std::string_view path, const std::vector<Rule>& rules) {
  if (std::find(kRootFiles.begin(), kRootFiles.end(), path) != kRootFiles.end()) return true;
  return path.substr(path.rfind('/') + 1) == kGitIgnoreName && AnyWantsGit(rules);
}

}  // namespace hawser::sync
