// Writes pulled files into the workspace: whole or not at all, and never outside of it.
#include "lib/sync/pull/saver.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "lib/fs/beneath.h"
#include "lib/fs/file.h"
#include "lib/fs/file_content.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

constexpr mode_t kMadeDirectoryMode = 0755;

/// A file or symlink that takes its place only when it is whole.
class PullTemporary {
 public:
  explicit PullTemporary(int directory) : directory_(directory), name_(fs::TemporaryName()) {}
  ~PullTemporary() {
    if (!placed_) ::unlinkat(directory_, name_.c_str(), 0);
  }
  PullTemporary(const PullTemporary&) = delete;
  PullTemporary& operator=(const PullTemporary&) = delete;

  Status Fill(const Entry& entry, const PullSaver::Content& content) {
    if (entry.kind == EntryKind::kFile) return FillFile(entry, content);
    if (::symlinkat(entry.target.c_str(), directory_, name_.c_str()) == 0) return OkStatus();
    return ErrnoStatus(errno, name_);
  }

  Status Place(const std::string& name) {
    if (::renameat(directory_, name_.c_str(), directory_, name.c_str()) != 0) {
      return ErrnoStatus(errno, name);
    }
    placed_ = true;
    return OkStatus();
  }

 private:
  Status FillFile(const Entry& entry, const PullSaver::Content& content) {
    const UniqueFd fd(::openat(directory_, name_.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.valid()) return ErrnoStatus(errno, name_);
    ContentHasher hasher;
    uint64_t size = 0;
    HAWSER_RETURN_IF_ERROR(content([&](std::string_view piece) {
      size += piece.size();
      if (size > entry.size) return DataLossError("the pod sent more than it listed");
      hasher.Update(piece);
      return fs::WriteAll(fd.get(), piece);
    }));
    if (size != entry.size || hasher.Finish() != entry.digest) {
      return DataLossError("the file changed in the pod while it was pulled");
    }
    constexpr int64_t kSecond = 1000000000;
    const int64_t rest = (entry.mtime_ns % kSecond + kSecond) % kSecond;
    const std::array<timespec, 2> times{timespec{0, UTIME_OMIT},
                                        timespec{(entry.mtime_ns - rest) / kSecond, rest}};
    if (::fchmod(fd.get(), entry.mode & 0777U) != 0 || ::futimens(fd.get(), times.data()) != 0) {
      return ErrnoStatus(errno, name_);
    }
    return OkStatus();
  }

  const int directory_;
  const std::string name_;
  bool placed_ = false;
};

/// Opens the directory `path` beneath `root`, making what is missing.
Result<UniqueFd> MakeDirectoryBeneath(int root, const std::string& path) {
  UniqueFd directory = fs::OpenBeneath(root, "", O_PATH | O_DIRECTORY);
  for (size_t end = 0; directory.valid() && end < path.size();) {
    const size_t begin = end == 0 ? 0 : end + 1;
    end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    if (::mkdirat(directory.get(), name.c_str(), kMadeDirectoryMode) != 0 && errno != EEXIST) {
      return ErrnoStatus(errno, path.substr(0, end));
    }
    directory = fs::OpenBeneath(directory.get(), name, O_PATH | O_DIRECTORY);
  }
  if (!directory.valid()) return ErrnoStatus(errno, path);
  return directory;
}

/// What is at `name` now; nothing for no such file. failed_precondition for what is neither file
/// nor symlink.
Result<std::optional<Entry>> LookAtEntry(int directory, const std::string& name) {
  struct stat info {};
  if (::fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::optional<Entry>();
    return ErrnoStatus(errno, name);
  }
  if (S_ISLNK(info.st_mode)) {
    std::array<char, wire::kMaxTarget + 1> target{};
    const ssize_t size = ::readlinkat(directory, name.c_str(), target.data(), target.size());
    if (size < 0) return ErrnoStatus(errno, name);
    return std::optional(Entry{.kind = EntryKind::kSymlink,
                               .mode = 0,
                               .target = std::string(target.data(), static_cast<size_t>(size))});
  }
  if (!S_ISREG(info.st_mode)) return FailedPreconditionError("a directory is in its place");
  const UniqueFd fd(::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, name);
  HAWSER_ASSIGN_OR_RETURN(const Digest digest, fs::DigestFile(fd.get()));
  return std::optional(Entry{
      .mode = info.st_mode & 0777U, .size = static_cast<uint64_t>(info.st_size), .digest = digest});
}

Status ExpectEntry(int directory, const std::string& name, const std::optional<Entry>& expected) {
  HAWSER_ASSIGN_OR_RETURN(const std::optional<Entry> there, LookAtEntry(directory, name));
  if (SameVersion(there, expected)) return OkStatus();
  return AbortedError("the file changed in the workspace meanwhile");
}

}  // namespace

std::string PodVersionPath(const std::string& path, const std::string& pod) {
  return path + (pod.empty() ? "" : "." + pod) + ".hawser-pod";
}

Result<PullSaver> PullSaver::Open(const std::string& root) {
  UniqueFd fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(errno, root);
  return PullSaver(std::move(fd));
}

Status PullSaver::Save(const std::string& path, const Entry& entry,
                       const std::optional<Entry>& expected, const Content& content) const {
  const size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  HAWSER_ASSIGN_OR_RETURN(
      const UniqueFd directory,
      MakeDirectoryBeneath(root_.get(), slash == std::string::npos ? "" : path.substr(0, slash)));
  PullTemporary temporary(directory.get());
  HAWSER_RETURN_IF_ERROR(temporary.Fill(entry, content));
  // Last of all, so that next to nothing can come between the look and the rename.
  HAWSER_RETURN_IF_ERROR(ExpectEntry(directory.get(), name, expected));
  return temporary.Place(name);
}

Status PullSaver::SaveBeside(const std::string& beside, const Entry& entry,
                             const Content& content) const {
  const size_t slash = beside.rfind('/');
  const std::string name = slash == std::string::npos ? beside : beside.substr(slash + 1);
  HAWSER_ASSIGN_OR_RETURN(
      const UniqueFd directory,
      MakeDirectoryBeneath(root_.get(), slash == std::string::npos ? "" : beside.substr(0, slash)));
  HAWSER_ASSIGN_OR_RETURN(const std::optional<Entry> there, LookAtEntry(directory.get(), name));
  if (SameVersion(there, entry)) return OkStatus();
  PullTemporary temporary(directory.get());
  HAWSER_RETURN_IF_ERROR(temporary.Fill(entry, content));
  return temporary.Place(name);
}

}  // namespace hawser::sync
