// Opens files beneath the root, reads each until it held still, and notes what it is.
#include "lib/sync/workspace/file_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "lib/fs/beneath.h"
#include "lib/fs/file.h"
#include "lib/fs/file_content.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

using Known = FileIndex::Known;

constexpr int64_t kSecond = 1000000000;
/// A write may leave size and times as they were when it falls into the same tick of the file
/// system's clock. Two seconds is the coarsest in use (FAT, some network mounts).
constexpr int64_t kCoarsestTick = 2 * kSecond;
/// How often a file that changes while it is read is read again at once.
constexpr int kReads = 3;
constexpr char kTooLarge[] =
    "is larger than 4 GiB, more than a file that is synced may have: it is left out. Ignore it "
    "(.dockerignore), and bring it into the pods by the image or a volume";
static_assert(wire::kMaxFileSize == 4ULL << 30, "the message names it");

bool OldEnough(const FileStamp& stamp) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::max(stamp.mtime_ns, stamp.ctime_ns) + kCoarsestTick < fs::Nanoseconds(now);
}

}  // namespace

std::pair<std::string, std::string> SplitPath(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

void SetFileEntry(const struct stat& info, const Digest& digest, Entry& entry) {
  entry.mode = info.st_mode & 0777;
  entry.mtime_ns = fs::Nanoseconds(info.st_mtim);
  entry.size = static_cast<uint64_t>(info.st_size);
  entry.digest = digest;
}

void FileReader::Read(const FileToRead& file) {
  Known& known = *file.known;
  const UniqueFd fd = Open(*file.path);
  if (!fd.valid()) {
    const int error = errno;
    if (file.before != nullptr) known.entry = file.before->entry;
    known.problem = std::generic_category().message(error);
    known.settled = false;
    return;
  }
  for (int read = 0; read < kReads; ++read) {
    if (ReadOnce(fd.get(), file)) return;
  }
  known.problem = "keeps changing while it is read; it is sent when it comes to rest";
  known.settled = false;
  known.entry = file.before == nullptr ? Entry{} : file.before->entry;
}

UniqueFd FileReader::Open(const std::string& path) {
  const auto [parent, name] = SplitPath(path);
  if (!directory_.fd.valid() || directory_.path != parent) {
    directory_ = {fs::OpenBeneath(root_, parent, O_PATH | O_DIRECTORY), parent};
    if (!directory_.fd.valid()) return UniqueFd();
  }
  return UniqueFd(
      ::openat(directory_.fd.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

/// False when the file changed meanwhile.
bool FileReader::ReadOnce(int fd, const FileToRead& file) const {
  Known& known = *file.known;
  struct stat start {};
  struct stat end {};
  if (::fstat(fd, &start) != 0) return false;
  known.stamp = StampOf(start);
  known.settled = OldEnough(known.stamp);
  if (known.stamp.size > wire::kMaxFileSize) {
    known.problem = kTooLarge;
    known.entry = {};
    return true;
  }
  const Result<Digest> digest = Digested(fd, known.stamp.size, file.before);
  if (digest.status().code() == Code::kAborted) return false;
  if (!digest.ok()) {
    known.problem = digest.status().message();
    return true;
  }
  SetFileEntry(start, *digest, known.entry);
  return ::fstat(fd, &end) == 0 && StampOf(end) == known.stamp;
}

Result<Digest> FileReader::Digested(int fd, uint64_t size, const Known* before) const {
  if (into_.content == nullptr || !into_.content->HasRoomFor(size)) return DigestedOnly(fd);
  const ContentPtr older =
      before == nullptr ? nullptr : into_.content->OlderVersion(before->entry.digest);
  const Result<ContentPtr> read = fs::ReadContent(fd, size, older.get());
  HAWSER_RETURN_IF_ERROR(read.status());
  into_.content->Put(*read);
  if ((*read)->blocks().size() > 1) {
    into_.blocks->Put((*read)->digest(), (*read)->block_digests());
  }
  return (*read)->digest();
}

Result<Digest> FileReader::DigestedOnly(int fd) const {
  BlockDigests blocks;
  const Result<Digest> digest = fs::DigestFile(fd, &blocks);
  if (digest.ok()) into_.blocks->Put(*digest, std::move(blocks));
  return digest;
}

}  // namespace hawser::sync
