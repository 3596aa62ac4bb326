// All .gitignore files of a workspace.
#include "lib/sync/workspace/git_ignores.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"
#include "lib/fs/git_directory.h"
#include "lib/fs/list_names.h"
#include "lib/fs/relative_path.h"

namespace hawser::sync {

namespace {

constexpr uint64_t kMaxGitIgnoreFile = 1U << 20;

struct IgnoreText {
  std::string
      text;  ///< "" when there is no file, or a link in its place, which git does not follow
  std::optional<FileStamp> stamp;  ///< of what is there
};

/// The stamp is from before the text: a write in between shows as another stamp later.
Result<IgnoreText> ReadText(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || S_ISDIR(info.st_mode)) return IgnoreText();
  IgnoreText read{.text = {}, .stamp = StampOf(info)};
  if (!S_ISREG(info.st_mode)) return read;
  const Result<UniqueFd> fd = fs::OpenToRead(path);
  if (!fd.ok()) return fd.status().Annotate(path);
  Result<std::string> text = fs::ReadAll(fd->get(), kMaxGitIgnoreFile);
  if (!text.ok()) return text.status().Annotate(path);
  read.text = std::move(text).value();
  return read;
}

bool IsDirectory(const std::string& path, unsigned char type) {
  if (type != DT_UNKNOWN) return type == DT_DIR;
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

/// The directories at `path`. One that is gone, or closed to whoever asks, has none.
Result<std::vector<std::string>> DirectoriesIn(const std::string& path) {
  std::vector<fs::ListedName> names;
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const int error = fd.valid() ? fs::ListNames(fd.get(), names) : errno;
  const bool known =
      error == 0 || error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES;
  if (!known) return UnavailableError(ErrnoStatus(error, path).message());
  std::vector<std::string> directories;
  for (const fs::ListedName& each : names) {
    if (IsDirectory(fs::Join(path, each.name), each.type)) directories.push_back(each.name);
  }
  return directories;
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
    HAWSER_ASSIGN_OR_RETURN(const IgnoreText exclude, ReadText(git->common + "/info/exclude"));
    made.exclude_ = ParseGitIgnore(exclude.text);
    for (std::string_view above = made.prefix_; !above.empty();) {
      above = DirectoryOf(above);
      const std::string directory(above);
      HAWSER_RETURN_IF_ERROR(
          made.ReadFile(fs::Join(fs::Join(git->top, directory), kGitIgnoreName), directory)
              .status());
    }
  }
  HAWSER_RETURN_IF_ERROR(made.ReadBelow(root, "", skip));
  return made;
}

Result<std::optional<FileStamp>> GitIgnores::ReadFile(const std::string& path,
                                                      const std::string& directory) {
  HAWSER_ASSIGN_OR_RETURN(const IgnoreText read, ReadText(path));
  Patterns patterns = ParseGitIgnore(read.text);
  if (!patterns.empty()) files_[directory] = std::move(patterns);
  return read.stamp;
}

Status GitIgnores::ReadBelow(const std::string& root, const std::string& directory,
                             const std::function<bool(const std::string&)>& skip) {
  const std::string path = fs::Join(root, directory);
  HAWSER_ASSIGN_OR_RETURN(const std::optional<FileStamp> stamp,
                          ReadFile(fs::Join(path, kGitIgnoreName), fs::Join(prefix_, directory)));
  if (stamp) read_[fs::Join(directory, kGitIgnoreName)] = *stamp;
  HAWSER_ASSIGN_OR_RETURN(const std::vector<std::string> names, DirectoriesIn(path));
  for (const std::string& name : names) {
    const std::string child = fs::Join(directory, name);
    if (name == ".git" || skip(child) || NeverReads(child)) continue;
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
