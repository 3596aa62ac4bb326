// Writes and removes single files, directories and symlinks below sync roots, without ever leaving
// them.
#include "lib/sync/apply/target_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "lib/fs/beneath.h"
#include "lib/fs/file.h"
#include "lib/fs/file_content.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

constexpr int kDirectoryFlags = O_PATH | O_DIRECTORY;
constexpr mode_t kParentMode = 0755;

bool LinkExists(int parent, const std::string& name, struct stat& info) {
  return ::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Removes a temporary file unless it was renamed away.
class Temporary {
 public:
  explicit Temporary(int parent) : parent_(parent), name_(fs::TemporaryName()) {}
  ~Temporary() {
    if (!renamed_) ::unlinkat(parent_, name_.c_str(), 0);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  const char* name() const { return name_.c_str(); }
  /// Takes the place of `name`. An empty directory there gives way; a filled one is ENOTEMPTY.
  int Replace(const std::string& name) {
    int result = ::renameat(parent_, name_.c_str(), parent_, name.c_str());
    if (result != 0 && errno == EISDIR) {
      if (::unlinkat(parent_, name.c_str(), AT_REMOVEDIR) != 0) return errno;
      result = ::renameat(parent_, name_.c_str(), parent_, name.c_str());
    }
    renamed_ = result == 0;
    return renamed_ ? 0 : errno;
  }

 private:
  int parent_;
  std::string name_;
  bool renamed_ = false;
};

int SetMtime(int fd, int64_t mtime_ns) {
  constexpr int64_t kSecond = 1000000000;
  int64_t seconds = mtime_ns / kSecond;
  int64_t rest = mtime_ns % kSecond;
  if (rest < 0) {
    rest += kSecond;
    --seconds;
  }
  const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, timespec{seconds, rest}};
  return ::futimens(fd, times.data()) == 0 ? 0 : errno;
}

int ErrorOf(const Status& status) {
  if (status.ok()) return 0;
  if (status.code() == Code::kNotFound) return ESTALE;
  return status.code() == Code::kResourceExhausted ? ENOSPC : EIO;
}

/// What a file holds and how, into one that was just made.
int Fill(ContentReader& store, const Entry& entry, int fd) {
  const Status copied = store.CopyTo(entry.digest, entry.size, fd);
  if (!copied.ok()) return ErrorOf(copied);
  if (::fchmod(fd, entry.mode & 0777) != 0) return errno;
  return SetMtime(fd, entry.mtime_ns);
}

int MakeDirectories(const std::string& path) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    if (::mkdir(path.substr(0, slash).c_str(), kParentMode) != 0 && errno != EEXIST) {
      struct stat info {};
      if (::stat(path.substr(0, slash).c_str(), &info) != 0) return errno;
    }
    if (slash == std::string::npos) return 0;
  }
}

std::string SwapCase(std::string text) {
  for (char& byte : text) {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (letter) byte = static_cast<char>(byte ^ ('a' ^ 'A'));
  }
  return text;
}

/// Makes every missing directory on `relative`, beneath `root`.
int MakeBeneath(int root, const std::string& relative) {
  for (size_t slash = relative.find('/');; slash = relative.find('/', slash + 1)) {
    const std::string part = relative.substr(0, slash);
    const size_t cut = part.rfind('/');
    const UniqueFd parent =
        fs::OpenBeneath(root, cut == std::string::npos ? "" : part.substr(0, cut), kDirectoryFlags);
    if (!parent.valid()) return errno;
    const std::string name = cut == std::string::npos ? part : part.substr(cut + 1);
    if (::mkdirat(parent.get(), name.c_str(), kParentMode) != 0 && errno != EEXIST) return errno;
    if (slash == std::string::npos) return 0;
  }
}

}  // namespace

std::vector<std::string> PathsOf(const std::vector<wire::SyncRoot>& roots) {
  std::vector<std::string> paths;
  for (const wire::SyncRoot& root : roots) paths.push_back(root.path);
  return paths;
}

TargetFiles::TargetFiles(std::string container_root, ContentReader& store,
                         const std::vector<std::string>& roots)
    : container_root_(container_root == "/" ? "" : std::move(container_root)), store_(store) {
  for (const std::string& root : roots) {
    bool inner = false;
    for (const std::string& other : roots) {
      inner = inner || (other != root && wire::IsInside(root, other));
    }
    if (!inner) roots_.push_back(root);
  }
}

const std::string* TargetFiles::RootOf(const std::string& path) const {
  for (const std::string& root : roots_) {
    if (wire::IsInside(path, root)) return &root;
  }
  return nullptr;
}

int TargetFiles::OpenFresh(const std::string& directory, bool make, UniqueFd& fd) {
  const std::string* root = RootOf(directory);
  // The way to a root is the container's own and may lead through links; what is below it may not.
  const std::string trusted = RealPath(root != nullptr ? *root : directory);
  UniqueFd base(::open(trusted.c_str(), kDirectoryFlags | O_CLOEXEC));
  if (!base.valid() && errno == ENOENT && make) {
    if (const int error = MakeDirectories(trusted); error != 0) return error;
    base.Reset(::open(trusted.c_str(), kDirectoryFlags | O_CLOEXEC));
  }
  if (!base.valid()) return errno;
  if (root == nullptr || *root == directory) {
    fd = std::move(base);
    return 0;
  }
  const std::string relative = directory.substr(root->size() + 1);
  fd = fs::OpenBeneath(base.get(), relative, kDirectoryFlags);
  if (fd.valid() || errno != ENOENT || !make) return fd.valid() ? 0 : errno;
  if (const int error = MakeBeneath(base.get(), relative); error != 0) return error;
  fd = fs::OpenBeneath(base.get(), relative, kDirectoryFlags);
  return fd.valid() ? 0 : errno;
}

int TargetFiles::OpenDirectory(const std::string& directory, bool make, int& fd) {
  if (!held_.valid() || held_path_ != directory) {
    held_.Reset();
    if (const int error = OpenFresh(directory, make, held_); error != 0) return error;
    held_path_ = directory;
  }
  fd = held_.get();
  return 0;
}

int TargetFiles::OpenParent(const std::string& path, bool make, int& parent, std::string& name) {
  name = wire::NameOf(path);
  return OpenDirectory(wire::ParentOf(path), make, parent);
}

int TargetFiles::PutDirectory(const std::string& path, uint32_t mode) {
  int parent = -1;
  std::string name;
  if (const int error = OpenParent(path, true, parent, name); error != 0) return error;
  struct stat info {};
  const bool there = LinkExists(parent, name, info);
  const bool is_directory = there && S_ISDIR(info.st_mode);
  if (there && !is_directory && ::unlinkat(parent, name.c_str(), 0) != 0) return errno;
  if (!is_directory && ::mkdirat(parent, name.c_str(), kParentMode) != 0) return errno;
  if (!is_directory) made_.insert(path);
  if (is_directory && modes_.Final(path, info.st_mode & 07777) == mode) return 0;
  modes_.Set(path, mode);
  const UniqueFd fd(
      ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const bool set = fd.valid() && ::fchmod(fd.get(), mode | kOwnerAll) == 0;
  // A directory of the image belongs to whoever made the image: its mode is then theirs to keep.
  return set || is_directory ? 0 : errno;
}

int TargetFiles::PutFile(const std::string& path, const Entry& entry) {
  int parent = -1;
  std::string name;
  if (const int error = OpenParent(path, true, parent, name); error != 0) return error;
  Temporary temporary(parent);
  const UniqueFd fd(::openat(parent, temporary.name(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.valid()) return errno;
  if (const int error = Fill(store_, entry, fd.get()); error != 0) return error;
  return temporary.Replace(name);
}

int TargetFiles::MakeFile(const std::string& path, const Entry& entry) {
  int parent = -1;
  std::string name;
  if (const int error = OpenParent(path, false, parent, name); error != 0) return error;
  const UniqueFd fd(
      ::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.valid()) return errno;
  const int error = Fill(store_, entry, fd.get());
  if (error != 0) ::unlinkat(parent, name.c_str(), 0);
  return error;
}

int TargetFiles::PutSymlink(const std::string& path, const std::string& target) {
  int parent = -1;
  std::string name;
  if (const int error = OpenParent(path, true, parent, name); error != 0) return error;
  Temporary temporary(parent);
  if (::symlinkat(target.c_str(), parent, temporary.name()) != 0) return errno;
  return temporary.Replace(name);
}

int TargetFiles::Move(const std::string& from, const std::string& to) {
  UniqueFd source;
  if (const int error = OpenFresh(wire::ParentOf(from), false, source); error != 0) return error;
  int target = -1;
  std::string name;
  if (const int error = OpenParent(to, false, target, name); error != 0) return error;
  const std::string old = wire::NameOf(from);
  return ::renameat(source.get(), old.c_str(), target, name.c_str()) == 0 ? 0 : errno;
}

int TargetFiles::Remove(const std::string& path, bool& removed) {
  removed = false;
  int parent = -1;
  std::string name;
  const int error = OpenParent(path, false, parent, name);
  // Where the way is gone or no longer ours to follow, so is what we put there.
  if (error == ENOENT || error == ENOTDIR || error == ELOOP) return 0;
  if (error != 0) return error;
  struct stat info {};
  if (!LinkExists(parent, name, info)) return errno == ENOENT ? 0 : errno;
  removed = ::unlinkat(parent, name.c_str(), S_ISDIR(info.st_mode) ? AT_REMOVEDIR : 0) == 0;
  if (removed) modes_.Forget(path);
  if (removed || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST) return 0;
  return errno;
}

void TargetFiles::RemoveAll(const std::string& path) {
  for (const std::string& name : List(path)) RemoveAll(path + "/" + name);
  bool removed = false;
  static_cast<void>(Remove(path, removed));
}

bool TargetFiles::NothingAt(const std::string& path) {
  const std::string* root = RootOf(path);
  if (root == nullptr || *root == path) return false;
  int parent = -1;
  std::string name;
  struct stat info {};
  if (OpenParent(path, *root == wire::ParentOf(path), parent, name) != 0) return false;
  return !LinkExists(parent, name, info) && errno == ENOENT;
}

bool TargetFiles::Matches(const std::string& path, const Entry& entry) {
  int parent = -1;
  std::string name;
  struct stat info {};
  if (OpenParent(path, false, parent, name) != 0 || !LinkExists(parent, name, info)) return false;
  if (entry.kind == EntryKind::kSymlink) {
    std::string target(entry.target.size() + 1, '\0');
    const ssize_t size = ::readlinkat(parent, name.c_str(), target.data(), target.size());
    return size >= 0 && target.substr(0, static_cast<size_t>(size)) == entry.target;
  }
  const uint32_t mode = info.st_mode & 07777;
  if (entry.kind == EntryKind::kDirectory) {
    return S_ISDIR(info.st_mode) && modes_.Final(path, mode) == entry.mode;
  }
  if (mode != entry.mode) return false;
  if (!S_ISREG(info.st_mode) || static_cast<uint64_t>(info.st_size) != entry.size) return false;
  const UniqueFd fd(::openat(parent, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) return false;
  const Result<Digest> digest = fs::DigestFile(fd.get());
  if (!digest.ok() || *digest != entry.digest) return false;
  // Another's file can't be touched; its content is right all the same.
  static_cast<void>(SetMtime(fd.get(), entry.mtime_ns));
  return true;
}

bool TargetFiles::AreOneFile(const std::string& path, const std::string& other) {
  std::array<struct stat, 2> infos{};
  for (size_t i = 0; i < infos.size(); ++i) {
    int parent = -1;
    std::string name;
    if (OpenParent(i == 0 ? path : other, false, parent, name) != 0) return false;
    if (!LinkExists(parent, name, infos[i])) return false;
  }
  return infos[0].st_dev == infos[1].st_dev && infos[0].st_ino == infos[1].st_ino;
}

bool TargetFiles::IgnoresCase(const std::string& path) {
  const std::string* root = RootOf(path);
  if (root == nullptr) return false;
  for (const size_t from : {path.rfind('/'), root->size()}) {
    const std::string other = path.substr(0, from) + SwapCase(path.substr(from));
    if (other != path && AreOneFile(path, other)) return true;
  }
  return false;
}

bool TargetFiles::IsMountPoint(const std::string& path) {
  int parent = -1;
  std::string name;
  struct stat info {};
  struct stat above {};
  if (OpenParent(path, false, parent, name) != 0 || !LinkExists(parent, name, info)) return false;
  // One device may be mounted twice, as two emptyDirs of a node are. Before Linux 5.8 only another
  // device shows; that of a file does not say, since overlayfs passes on that of its layer.
  struct statx details {};
  if (::statx(parent, name.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &details) == 0 &&
      (details.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0) {
    return true;
  }
  return S_ISDIR(info.st_mode) && ::fstat(parent, &above) == 0 && info.st_dev != above.st_dev;
}

bool TargetFiles::Loosen(const std::string& path) {
  for (std::string directory = wire::ParentOf(path); Covers(directory);
       directory = wire::ParentOf(directory)) {
    int fd = -1;
    const int error = OpenDirectory(directory, false, fd);
    if (error == 0) return modes_.Loosen(directory, fd);
    if (error != ENOENT) return false;
  }
  return false;
}

void TargetFiles::SettleModes() {
  const std::map<std::string, uint32_t> modes = modes_.Take();
  for (auto item = modes.rbegin(); item != modes.rend(); ++item) {
    int directory = -1;
    // By its own name, not by way of what holds it: a root may be a link.
    if (OpenDirectory(item->first, false, directory) != 0) continue;
    const UniqueFd fd(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.valid()) static_cast<void>(::fchmod(fd.get(), item->second));
  }
}

std::vector<std::string> TargetFiles::List(const std::string& path) {
  std::vector<std::string> names;
  int directory = -1;
  if (OpenDirectory(path, false, directory) != 0) return names;
  const int fd = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return names;
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(fd), ::closedir);
  while (const dirent* entry = listing ? ::readdir(listing.get()) : nullptr) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  return names;
}

}  // namespace hawser::sync
