// Threads take one block after the other.
#include "lib/fs/digest_file.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "lib/fs/file.h"

namespace hawser::fs {

namespace {

constexpr size_t kPiece = 128U << 10;  ///< stays in a core's own cache
/// A thread is worth its start for so many blocks.
constexpr size_t kBlocksPerThread = 4;
constexpr size_t kMaxThreads = 4;

/// One file being read.
class Reading {
 public:
  /// With `keep` the content goes there: `size` bytes.
  Reading(int fd, uint64_t size, char* keep)
      : fd_(fd), size_(size), keep_(keep), blocks_(BlockCount(size)) {}

  Result<Digest> Run() {
    {
      std::vector<std::jthread> others;
      for (size_t i = 1; i < Threads(); ++i) others.emplace_back([this] { TakeBlocks(); });
      TakeBlocks();
    }
    HAWSER_RETURN_IF_ERROR(failure_);
    return DigestOfBlocks(blocks_, size_);
  }

 private:
  size_t Threads() const {
    const size_t cores = std::max(std::thread::hardware_concurrency(), 1U);
    return std::clamp<size_t>(blocks_.size() / kBlocksPerThread, 1, std::min(cores, kMaxThreads));
  }

  void TakeBlocks() {
    const size_t piece = std::min<uint64_t>(size_, kPiece);
    std::string buffer(keep_ == nullptr ? piece : 0, '\0');
    for (size_t block = next_++; block < blocks_.size(); block = next_++) {
      if (const Status status = ReadBlock(block, buffer); !status.ok()) return Fail(status);
    }
  }

  Status ReadBlock(size_t block, std::string& buffer) {
    Sha256Hasher hasher;
    const uint64_t end = std::min(size_, (block + 1) * kDigestBlock);
    for (uint64_t at = block * kDigestBlock; at < end;) {
      const auto size = static_cast<size_t>(std::min<uint64_t>(end - at, kPiece));
      const std::span<char> piece(keep_ == nullptr ? buffer.data() : keep_ + at, size);
      HAWSER_RETURN_IF_ERROR(ReadAt(fd_, at, piece));
      hasher.Update({piece.data(), piece.size()});
      at += size;
    }
    blocks_[block] = hasher.Finish();
    return OkStatus();
  }

  void Fail(const Status& status) {
    next_ = blocks_.size();
    const std::lock_guard lock(mutex_);
    failure_ =
        status.code() == Code::kDataLoss ? AbortedError("it changed while it was read") : status;
  }

  const int fd_;
  const uint64_t size_;
  char* const keep_;
  BlockDigests blocks_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;
  Status failure_ = OkStatus();
};

}  // namespace

Result<Digest> DigestFile(int fd) {
  HAWSER_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(fd));
  return Reading(fd, size, nullptr).Run();
}

Result<IdentifiedContent> ReadAndDigest(int fd, uint64_t max_size) {
  HAWSER_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(fd));
  if (size > max_size) return OutOfRangeError("the file is larger than allowed");
  IdentifiedContent content;
  content.bytes.resize(static_cast<size_t>(size));
  HAWSER_ASSIGN_OR_RETURN(content.digest, Reading(fd, size, content.bytes.data()).Run());
  return content;
}

}  // namespace hawser::fs
