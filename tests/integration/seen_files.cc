// What stands below a directory, as anyone who looks sees it.
#include "tests/integration/seen_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <string_view>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"

namespace hawser::testing {
namespace {

constexpr uint64_t kMaxFile = 1U << 30;

uint64_t HashOf(std::string_view bytes) {
  return std::hash<std::string_view>()(bytes);
}

uint64_t HashOfLink(int parent, const char* name) {
  std::array<char, 4096> target{};
  const ssize_t size = ::readlinkat(parent, name, target.data(), target.size());
  return size < 0 ? 0 : HashOf({target.data(), static_cast<size_t>(size)});
}

uint64_t HashOfFile(int parent, const char* name) {
  const UniqueFd fd(::openat(parent, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  const Result<std::string> content = fs::ReadAll(fd.get(), kMaxFile);
  return content.ok() ? HashOf(*content) : 0;
}

void LookInto(UniqueFd directory, const std::string& prefix, SeenFiles& files) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(directory.get()), ::closedir);
  if (listing == nullptr) return;
  const int fd = directory.Release();
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string_view name = entry->d_name;
    struct stat info {};
    if (name == "." || name == ".." ||
        ::fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    const std::string path = prefix + entry->d_name;
    SeenFile& file = files[path];
    file.mode = S_ISLNK(info.st_mode) ? S_IFLNK : info.st_mode;
    if (S_ISLNK(info.st_mode)) file.content = HashOfLink(fd, entry->d_name);
    if (S_ISREG(info.st_mode)) file.content = HashOfFile(fd, entry->d_name);
    if (!S_ISDIR(info.st_mode)) continue;
    LookInto(UniqueFd(::openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)),
             path + "/", files);
  }
}

uint64_t KeyOf(const std::string& path, const SeenFile& file) {
  return HashOf(path + '\0' + std::to_string(file.mode) + ' ' + std::to_string(file.content));
}

}  // namespace

SeenFiles LookAt(const std::string& directory) {
  SeenFiles files;
  LookInto(UniqueFd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), "", files);
  return files;
}

std::string Difference(const SeenFiles& wanted, const SeenFiles& seen) {
  std::string text;
  for (const auto& [path, file] : wanted) {
    const auto found = seen.find(path);
    if (found == seen.end()) {
      text += path + " is missing\n";
    } else if (found->second != file) {
      text += path + " differs\n";
    }
  }
  for (const auto& [path, file] : seen) {
    if (!wanted.contains(path)) text += path + " is left over\n";
  }
  return text;
}

void SeenVersions::Add(const SeenFiles& files) {
  for (const auto& [path, file] : files) known_.insert(KeyOf(path, file));
}

bool SeenVersions::Hold(const std::string& path, const SeenFile& file) const {
  return known_.contains(KeyOf(path, file));
}

}  // namespace hawser::testing
