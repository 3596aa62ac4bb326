// All .gitignore files of a workspace.
#include "lib/sync/workspace/git_ignores.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"
#include "lib/fs/git_directory.h"
#include "lib/fs/relative_path.h"

namespace hawser::sync {

namespace {

constexpr uint64_t kMaxGitIgnoreFile = 1U << 20;
constexpr const char* kGitIgnoreName = ".gitignore";

/// "" when there is no file, or a link in its place, which git does not follow.
Result<std::string> TextOf(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path, error))) {
    return std::string();
  }
  Result<UniqueFd> fd = fs::OpenToRead(path);
  if (!fd.ok()) return fd.status().Annotate(path);
  Result<std::string> text = fs::ReadAll(fd->get(), kMaxGitIgnoreFile);
  if (!text.ok()) return text.status().Annotate(path);
  return text;
}

std::string_view DirectoryOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

Result<GitIgnores> GitIgnores::Read(const std::string& root,
                                    const std::function<bool(const std::string&)>& skip) {
  GitIgnores made;
  if (const std::optional<fs::GitDirectory> git = fs::FindGitDirectory(root)) {
    std::error_code error;
    const std::filesystem::path canonical = std::filesystem::canonical(root, error);
    if (error) return ErrnoStatus(error.value(), root);
    const std::string prefix = canonical.lexically_relative(git->top).string();
    if (prefix != ".") made.prefix_ = prefix;
    HAWSER_ASSIGN_OR_RETURN(const std::string text, TextOf(git->common + "/info/exclude"));
    made.exclude_ = ParseGitIgnore(text);
    for (std::string_view above = made.prefix_; !above.empty();) {
      above = DirectoryOf(above);
      const std::string directory(above);
      HAWSER_RETURN_IF_ERROR(
          made.ReadFile(fs::Join(fs::Join(git->top, directory), kGitIgnoreName), directory));
    }
  }
  HAWSER_RETURN_IF_ERROR(made.ReadBelow(root, "", skip));
  return made;
}

Status GitIgnores::ReadFile(const std::string& path, const std::string& directory) {
  HAWSER_ASSIGN_OR_RETURN(const std::string text, TextOf(path));
  Patterns patterns = ParseGitIgnore(text);
  if (!patterns.empty()) files_[directory] = std::move(patterns);
  return OkStatus();
}

Status GitIgnores::ReadBelow(const std::string& root, const std::string& directory,
                             const std::function<bool(const std::string&)>& skip) {
  const std::string path = fs::Join(root, directory);
  HAWSER_RETURN_IF_ERROR(ReadFile(fs::Join(path, kGitIgnoreName), fs::Join(prefix_, directory)));
  std::error_code error;
  std::vector<std::string> children;
  std::filesystem::directory_iterator entry(path, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::error_code vanished;
    if (entry->symlink_status(vanished).type() != std::filesystem::file_type::directory) continue;
    const std::string name = entry->path().filename().string();
    if (name != ".git") children.push_back(fs::Join(directory, name));
  }
  for (const std::string& child : children) {
    if (skip(child) || Ignores(child, true, "")) continue;
    HAWSER_RETURN_IF_ERROR(ReadBelow(root, child, skip));
  }
  return OkStatus();
}

std::optional<GitIgnores::Decision> GitIgnores::LastMatch(const Patterns& patterns,
                                                          const std::string& source,
                                                          std::string_view path,
                                                          bool is_directory) {
  const auto match = std::find_if(patterns.rbegin(), patterns.rend(), [&](const GitPattern& each) {
    return each.Matches(path, is_directory);
  });
  if (match == patterns.rend()) return std::nullopt;
  return Decision{!match->negated(), match->text(), source + ":" + std::to_string(match->line())};
}

std::optional<GitIgnores::Decision> GitIgnores::DecidingFor(std::string_view path,
                                                            bool is_directory) const {
  for (std::string_view above = path; !above.empty();) {
    above = DirectoryOf(above);
    const auto file = files_.find(above);
    if (file == files_.end()) continue;
    auto decision = LastMatch(file->second, fs::Join(above, kGitIgnoreName),
                              fs::RelativeTo(path, above), is_directory);
    if (decision) return decision;
  }
  return LastMatch(exclude_, ".git/info/exclude", path, is_directory);
}

std::optional<GitIgnores::Decision> GitIgnores::Deciding(std::string_view path, bool is_directory,
                                                         std::string_view from) const {
  const std::string whole = fs::Join(prefix_, path);
  const size_t above = fs::Join(prefix_, from).size();
  std::optional<Decision> decision;
  for (size_t end = above; end < whole.size();) {
    end = std::min(whole.find('/', end + 1), whole.size());
    const bool last = end == whole.size();
    decision = DecidingFor(std::string_view(whole).substr(0, end), !last || is_directory);
    if (decision && decision->ignored) return decision;
  }
  return decision;
}

bool GitIgnores::Ignores(std::string_view path, bool is_directory, std::string_view from) const {
  const std::optional<Decision> decision = Deciding(path, is_directory, from);
  return decision && decision->ignored;
}

}  // namespace hawser::sync
