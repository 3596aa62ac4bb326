// Written beside and renamed, or at once when they are in memory.
#include "lib/sync/store/large_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "lib/fs/file.h"
#include "lib/sync/store/layout.h"

namespace hawser::sync {

namespace stdfs = std::filesystem;

namespace {

constexpr uint64_t kCopyPiece = 256U << 10;
constexpr size_t kFanOut = 2;  // letters of the names of directories of files

Status MakeDirectory(const std::string& path) {
  if (::mkdir(path.c_str(), kStoreDirectoryMode) != 0) {
    return errno == EEXIST ? OkStatus() : ErrnoStatus(errno, path);
  }
  if (::chmod(path.c_str(), kStoreDirectoryMode) != 0) return ErrnoStatus(errno, path);
  return OkStatus();
}

Status RenameIntoPlace(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return OkStatus();
  if (errno != ENOENT) return ErrnoStatus(errno, to);
  HAWSER_RETURN_IF_ERROR(MakeDirectory(to.substr(0, to.rfind('/'))));
  if (::rename(from.c_str(), to.c_str()) != 0) return ErrnoStatus(errno, to);
  return OkStatus();
}

Status WrongContent(const Digest& actual, const Digest& expected) {
  return DataLossError("content is " + actual.ToShortHex() + ", expected " + expected.ToShortHex());
}

/// A new file for content; invalid when there is one.
Result<UniqueFd> CreateFile(const std::string& path) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  UniqueFd fd(::open(path.c_str(), kFlags, kStoreFileMode));
  if (!fd.valid() && errno == ENOENT) {
    HAWSER_RETURN_IF_ERROR(MakeDirectory(path.substr(0, path.rfind('/'))));
    fd.Reset(::open(path.c_str(), kFlags, kStoreFileMode));
  }
  if (!fd.valid() && errno != EEXIST) return ErrnoStatus(errno, path);
  return fd;
}

/// One temporary file that is either renamed into place or removed.
class FileWriter final : public ContentWriter {
 public:
  FileWriter(std::string store, KnownBlocks& known, uint64_t& written, std::string path,
             UniqueFd fd)
      : store_(std::move(store)),
        known_(known),
        written_(written),
        path_(std::move(path)),
        fd_(std::move(fd)) {}
  ~FileWriter() override {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  Status Write(std::string_view piece) override {
    hasher_.Update(piece);
    written_ += piece.size();
    return fs::WriteAll(fd_.get(), piece);
  }

  Status Copy(const ContentBase& base, uint64_t offset, uint64_t length) override {
    std::string buffer;
    while (length > 0) {
      uint64_t size = WholeBlocks(base, offset, length) * kDigestBlock;
      if (size > 0) {
        HAWSER_RETURN_IF_ERROR(CopyBlocks(base, offset, size));
      } else {
        const uint64_t to_block = kDigestBlock - hasher_.in_block();
        size = std::min({length, to_block, kCopyPiece});
        buffer.resize(static_cast<size_t>(size));
        HAWSER_RETURN_IF_ERROR(base.ReadAt(offset, std::span(buffer)));
        HAWSER_RETURN_IF_ERROR(Write(buffer));
      }
      offset += size;
      length -= size;
    }
    return OkStatus();
  }

  Status Commit(const Digest& expected) override {
    BlockDigests blocks;
    if (const Digest actual = hasher_.Finish(&blocks); actual != expected) {
      return WrongContent(actual, expected);
    }
    if (::fchmod(fd_.get(), kStoreFileMode) != 0) return ErrnoStatus(errno, path_);
    fd_.Reset();
    HAWSER_RETURN_IF_ERROR(RenameIntoPlace(path_, FileIn(store_, expected)));
    path_.clear();
    known_.Put(expected, std::move(blocks));
    return OkStatus();
  }

 private:
  /// How many blocks from `offset` on can be taken over as they are.
  uint64_t WholeBlocks(const ContentBase& base, uint64_t offset, uint64_t length) const {
    const bool aligned = hasher_.in_block() == 0 && offset % kDigestBlock == 0;
    return aligned && !base.blocks.empty() ? length / kDigestBlock : 0;
  }

  Status CopyBlocks(const ContentBase& base, uint64_t offset, uint64_t size) {
    written_ += size;
    if (::lseek(base.fd.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
      return ErrnoStatus(errno, path_);
    }
    HAWSER_RETURN_IF_ERROR(fs::CopyBytes(base.fd.get(), fd_.get(), size));
    for (uint64_t at = offset; at < offset + size; at += kDigestBlock) {
      hasher_.AddBlock(base.blocks[static_cast<size_t>(at / kDigestBlock)]);
    }
    return OkStatus();
  }

  const std::string store_;
  KnownBlocks& known_;
  uint64_t& written_;
  std::string path_;
  UniqueFd fd_;
  ContentHasher hasher_;
};

void CollectDirectory(const std::string& directory,
                      const std::unordered_set<Digest, DigestHash>& keep) {
  std::error_code ignored;
  for (stdfs::directory_iterator file(directory, ignored), end; file != end;
       file.increment(ignored)) {
    const Result<Digest> digest = Digest::FromHex(file->path().filename().string());
    if (digest.ok() && !keep.contains(*digest)) ::unlink(file->path().c_str());
  }
}

}  // namespace

bool LargeFiles::Has(const Digest& digest, uint64_t size) const {
  struct stat info {};
  return ::stat(FileIn(store_, digest).c_str(), &info) == 0 &&
         static_cast<uint64_t>(info.st_size) == size;
}

Status LargeFiles::Put(const Digest& digest, std::string_view content) {
  if (content.size() > kDigestBlock) return Replace(digest, content);
  const std::string path = FileIn(store_, digest);
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd fd, CreateFile(path));
  if (!fd.valid()) return Replace(digest, content);
  written_ += content.size();
  Status written = fs::WriteAll(fd.get(), content);
  if (written.ok() && ::fchmod(fd.get(), kStoreFileMode) != 0) written = ErrnoStatus(errno, path);
  if (!written.ok()) ::unlink(path.c_str());
  return written;
}

Status LargeFiles::Replace(const Digest& digest, std::string_view content) {
  HAWSER_ASSIGN_OR_RETURN(const std::unique_ptr<ContentWriter> writer, NewWriter());
  HAWSER_RETURN_IF_ERROR(writer->Write(content));
  return writer->Commit(digest);
}

Result<ContentBase> LargeFiles::OpenBase(const Digest& digest) const {
  ContentBase base;
  HAWSER_ASSIGN_OR_RETURN(base.fd, fs::OpenToRead(FileIn(store_, digest)));
  HAWSER_ASSIGN_OR_RETURN(base.size, fs::SizeOf(base.fd.get()));
  const KnownBlocks::Blocks blocks = known_.Find(digest);
  if (blocks != nullptr && blocks->size() == BlockCount(base.size)) base.blocks = *blocks;
  return base;
}

Result<std::unique_ptr<ContentWriter>> LargeFiles::NewWriter() {
  std::string path = TemporariesIn(store_) + "/" + fs::TemporaryName();
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd.valid()) return ErrnoStatus(errno, path);
  return std::make_unique<FileWriter>(store_, known_, written_, std::move(path), std::move(fd));
}

void LargeFiles::Remove(const Digest& digest) {
  ::unlink(FileIn(store_, digest).c_str());
}

void LargeFiles::Collect(const std::unordered_set<Digest, DigestHash>& keep) {
  std::error_code ignored;
  for (stdfs::directory_iterator entry(store_, ignored), end; entry != end;
       entry.increment(ignored)) {
    if (entry->path().filename().string().size() == kFanOut) CollectDirectory(entry->path(), keep);
  }
}

}  // namespace hawser::sync
