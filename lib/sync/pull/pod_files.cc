// Walks the directories that patterns select; digests what has changed since the last time.
#include "lib/sync/pull/pod_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <set>
#include <utility>

#include "lib/fs/beneath.h"
#include "lib/fs/file.h"
#include "lib/fs/file_content.h"
#include "lib/fs/list_names.h"
#include "lib/sync/workspace/glob.h"
#include "lib/wire/limits.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

constexpr int64_t kNanoseconds = 1000000000;
/// A write within the coarsest tick of a file system's clock may leave the stamp as it was.
constexpr int64_t kSettlingNs = 2 * kNanoseconds;
constexpr int kReadFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

FileStamp StampFrom(const struct stat& info) {
  return {.size = static_cast<uint64_t>(info.st_size),
          .inode = info.st_ino,
          .mtime_ns = fs::Nanoseconds(info.st_mtim),
          .ctime_ns = fs::Nanoseconds(info.st_ctim)};
}

bool AtRest(const FileStamp& stamp) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return fs::Nanoseconds(now) - std::max(stamp.mtime_ns, stamp.ctime_ns) > kSettlingNs;
}

/// The outermost root that holds `path`; null when none does.
const std::string* BoundaryOf(const std::vector<wire::SyncRoot>& roots, const std::string& path) {
  const std::string* found = nullptr;
  for (const wire::SyncRoot& root : roots) {
    if (!wire::IsInside(path, root.path)) continue;
    if (found == nullptr || root.path.size() < found->size()) found = &root.path;
  }
  return found;
}

/// Opens `path` beneath its boundary; invalid with errno set.
UniqueFd OpenInside(const std::string& container_root, const std::string& boundary,
                    const std::string& path, int flags) {
  // The way to a root is the container's own and may lead through links.
  const UniqueFd base(
      ::open((container_root + boundary).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!base.valid()) return UniqueFd();
  return fs::OpenBeneath(base.get(), path == boundary ? "" : path.substr(boundary.size() + 1),
                         flags);
}

}  // namespace

/// One listing.
class PodFiles::Walk {
 public:
  Walk(PodFiles& files, const std::vector<wire::SyncRoot>& roots, const std::stop_token& stop)
      : files_(files), roots_(roots), stop_(stop) {}

  void Look(const wire::PullPattern& pattern) {
    const std::string* boundary = BoundaryOf(roots_, pattern.root);
    if (boundary == nullptr) return Miss(pattern.root, "is outside of what the session syncs");
    boundary_ = *boundary;
    glob_ = pattern.glob;
    root_ = pattern.root;
    waiting_.clear();
    if (root_ == boundary_) {
      waiting_.push_back(root_);
    } else {
      LookAtName(root_.substr(0, root_.rfind('/')), root_.substr(root_.rfind('/') + 1));
    }
    while (!waiting_.empty() && !stop_.stop_requested()) {
      const std::string directory = std::move(waiting_.back());
      waiting_.pop_back();
      LookIn(directory);
    }
  }

  PodListing Finish() {
    files_.known_ = std::move(at_rest_);
    return {.tree = Tree().With(found_), .trouble = std::move(trouble_)};
  }

 private:
  void Miss(const std::string& path, const std::string& why) {
    if (trouble_.empty()) trouble_ = path + " " + why;
  }

  /// Looks at one name without reading its directory.
  void LookAtName(const std::string& parent, const std::string& name) {
    const UniqueFd fd = OpenInside(files_.container_root_, boundary_, parent, O_PATH | O_DIRECTORY);
    if (fd.valid()) {
      LookAt(fd.get(), parent, name);
    } else if (errno != ENOENT && errno != ENOTDIR) {
      Miss(parent, std::strerror(errno));
    }
  }

  void LookIn(const std::string& directory) {
    const UniqueFd fd =
        OpenInside(files_.container_root_, boundary_, directory, O_RDONLY | O_DIRECTORY);
    std::vector<fs::ListedName> names;
    const int error = fd.valid() ? fs::ListNames(fd.get(), names) : errno;
    if (error != 0 && error != ENOENT) Miss(directory, std::strerror(error));
    for (const auto& [name, type] : names) {
      if (fs::IsTemporaryName(name)) continue;
      if (++names_ > files_.limits_.names) return Miss(directory, "is beyond what can be listed");
      if (stop_.stop_requested()) return;
      LookAt(fd.get(), directory, name);
    }
  }

  void LookAt(int parent, const std::string& directory, const std::string& name) {
    const std::string path = directory + "/" + name;
    struct stat info {};
    if (!wire::CheckPath(path).ok()) return;
    if (::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) Miss(path, std::strerror(errno));
      return;
    }
    if (S_ISDIR(info.st_mode)) {
      waiting_.push_back(path);
    } else if (Selected(path) && !found_.contains(path)) {
      Take(parent, name, path, info);
    }
  }

  /// True when the glob matches the path or a directory above it, as seen from the pattern's root.
  bool Selected(const std::string& path) const {
    if (glob_.empty()) return true;
    if (path == root_) return false;
    const std::string_view inside = std::string_view(path).substr(root_.size() + 1);
    for (size_t end = inside.find('/'); end != std::string_view::npos;
         end = inside.find('/', end + 1)) {
      if (MatchesGlob(glob_, inside.substr(0, end))) return true;
    }
    return MatchesGlob(glob_, inside);
  }

  void Take(int parent, const std::string& name, const std::string& path, const struct stat& info) {
    if (found_.size() >= files_.limits_.entries) return Miss(path, "is beyond what can be listed");
    if (S_ISLNK(info.st_mode)) return TakeLink(parent, name, path);
    if (!S_ISREG(info.st_mode)) return Miss(path, "is neither a file nor a symbolic link");
    if (static_cast<uint64_t>(info.st_size) > files_.limits_.file_bytes) {
      return Miss(path, "is larger than can be pulled");
    }
    TakeFile(parent, name, path, info);
  }

  void TakeLink(int parent, const std::string& name, const std::string& path) {
    std::array<char, wire::kMaxTarget + 1> target{};
    const ssize_t size = ::readlinkat(parent, name.c_str(), target.data(), target.size());
    if (size <= 0 || size == static_cast<ssize_t>(target.size())) {
      return Miss(path, "is a symbolic link that can't be read");
    }
    found_[path] = Entry{.kind = EntryKind::kSymlink,
                         .mode = 0,
                         .target = std::string(target.data(), static_cast<size_t>(size))};
  }

  void TakeFile(int parent, const std::string& name, const std::string& path,
                const struct stat& info) {
    const FileStamp stamp = StampFrom(info);
    const bool at_rest = AtRest(stamp);  // before it is read
    const auto known = files_.known_.find(path);
    Digest digest;
    if (known != files_.known_.end() && known->second.stamp == stamp) {
      digest = known->second.digest;
    } else if (!ReadDigest(parent, name, path, stamp, digest)) {
      return;
    }
    if (at_rest) at_rest_[path] = {.stamp = stamp, .digest = digest};
    found_[path] = Entry{.mode = info.st_mode & 0777U,
                         .mtime_ns = stamp.mtime_ns,
                         .size = stamp.size,
                         .digest = digest};
  }

  /// False when it can't be read, or changes meanwhile: the next listing has it.
  bool ReadDigest(int parent, const std::string& name, const std::string& path,
                  const FileStamp& stamp, Digest& digest) {
    read_bytes_ += stamp.size;
    if (read_bytes_ > files_.limits_.read_bytes) {
      Miss(path, "is beyond what can be read at once");
      return false;
    }
    const UniqueFd fd(::openat(parent, name.c_str(), kReadFlags));
    if (!fd.valid()) {
      if (errno != ENOENT) Miss(path, std::strerror(errno));
      return false;
    }
    const Result<Digest> read = fs::DigestFile(fd.get());
    struct stat after {};
    if (!read.ok() || ::fstat(fd.get(), &after) != 0 || StampFrom(after) != stamp) {
      Miss(path, "changed while it was read");
      return false;
    }
    digest = *read;
    return true;
  }

  PodFiles& files_;
  const std::vector<wire::SyncRoot>& roots_;
  const std::stop_token& stop_;
  std::string boundary_;  ///< of the pattern that is looked for
  std::string root_;
  std::string glob_;
  std::vector<std::string> waiting_;  ///< directories to read
  TreeEdits found_;
  std::map<std::string, StampedDigest> at_rest_;
  size_t names_ = 0;
  uint64_t read_bytes_ = 0;
  std::string trouble_;
};

PodFiles::PodFiles(std::string container_root, PodListingLimits limits)
    : container_root_(container_root == "/" ? "" : std::move(container_root)), limits_(limits) {}

PodListing PodFiles::List(const std::vector<wire::SyncRoot>& roots,
                          const std::vector<wire::PullPattern>& patterns,
                          const std::stop_token& stop) {
  Walk walk(*this, roots, stop);
  for (const wire::PullPattern& pattern : patterns) walk.Look(pattern);
  return walk.Finish();
}

Result<std::string> PodFiles::Read(const std::vector<wire::SyncRoot>& roots,
                                   const std::string& path, uint64_t offset,
                                   uint32_t length) const {
  const std::string* boundary = BoundaryOf(roots, path);
  if (boundary == nullptr) {
    return PermissionDeniedError(path + " is outside of what the session syncs");
  }
  const UniqueFd fd = OpenInside(container_root_, *boundary, path, kReadFlags);
  if (!fd.valid()) return ErrnoStatus(errno, path);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return FailedPreconditionError(path + " is no file");
  }
  if (offset >= static_cast<uint64_t>(info.st_size)) return std::string();
  if (::lseek(fd.get(), static_cast<off_t>(offset), SEEK_SET) < 0) return ErrnoStatus(errno, path);
  std::string bytes(length, '\0');
  HAWSER_ASSIGN_OR_RETURN(const size_t got, fs::ReadSome(fd.get(), bytes.data(), bytes.size()));
  bytes.resize(got);
  return bytes;
}

}  // namespace hawser::sync
