// Threads take one block after the other.
#include "lib/fs/file_content.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "lib/base/threads.h"
#include "lib/fs/file.h"

namespace hawser::fs {

namespace {

constexpr size_t kPiece = 128U << 10;  ///< stays in a core's own cache
/// A thread is worth its start for so many blocks.
constexpr size_t kBlocksPerThread = 4;

/// One file being read. What becomes of its blocks is up to those who derive.
class Reading {
 public:
  Reading(int fd, uint64_t size) : fd_(fd), size_(size), count_(BlockCount(size)) {}
  virtual ~Reading() = default;

  Status Run() {
    {
      std::vector<std::jthread> others;
      const size_t threads = ThreadsFor(count_, kBlocksPerThread);
      for (size_t i = 1; i < threads; ++i) others.emplace_back([this] { TakeBlocks(); });
      TakeBlocks();
    }
    return failure_;
  }

 protected:
  size_t count() const { return count_; }

 private:
  /// Of the buffer that a block is read through.
  virtual size_t BufferSize() const = 0;
  /// Takes a block whose bytes passed through `buffer`. On several threads, each with other blocks.
  virtual void Take(size_t block, const Digest& digest, std::string& buffer) = 0;

  void TakeBlocks() {
    std::string buffer;
    for (size_t block = next_++; block < count_; block = next_++) {
      buffer.resize(std::min<uint64_t>(size_, BufferSize()));
      const Result<Digest> digest = ReadBlock(block, buffer);
      if (!digest.ok()) return Fail(digest.status());
      Take(block, *digest, buffer);
    }
  }

  Result<Digest> ReadBlock(size_t block, std::string& buffer) {
    Sha256Hasher hasher;
    const uint64_t end = std::min(size_, (block + 1) * kDigestBlock);
    size_t in_buffer = 0;
    for (uint64_t at = block * kDigestBlock; at < end;) {
      if (in_buffer == buffer.size()) in_buffer = 0;
      const auto size =
          static_cast<size_t>(std::min<uint64_t>({end - at, kPiece, buffer.size() - in_buffer}));
      const std::span<char> piece(buffer.data() + in_buffer, size);
      HAWSER_RETURN_IF_ERROR(ReadAt(fd_, at, piece));
      hasher.Update({piece.data(), piece.size()});
      at += size;
      in_buffer += size;
    }
    buffer.resize(in_buffer);
    return hasher.Finish();
  }

  void Fail(const Status& status) {
    next_ = count_;
    const std::lock_guard lock(mutex_);
    failure_ =
        status.code() == Code::kDataLoss ? AbortedError("it changed while it was read") : status;
  }

  const int fd_;
  const uint64_t size_;
  const size_t count_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;
  Status failure_ = OkStatus();
};

class DigestReading final : public Reading {
 public:
  DigestReading(int fd, uint64_t size) : Reading(fd, size), digests_(count()) {}
  const BlockDigests& digests() const { return digests_; }

 private:
  size_t BufferSize() const override { return kPiece; }
  void Take(size_t block, const Digest& digest, std::string&) override { digests_[block] = digest; }

  BlockDigests digests_;
};

class ContentReading final : public Reading {
 public:
  ContentReading(int fd, uint64_t size, const Content* like)
      : Reading(fd, size), like_(like), blocks_(count()) {}
  Content::Blocks TakeAll() { return std::move(blocks_); }

 private:
  size_t BufferSize() const override { return kDigestBlock; }

  void Take(size_t block, const Digest& digest, std::string& buffer) override {
    const bool same = like_ != nullptr && block < like_->blocks().size() &&
                      like_->blocks()[block]->digest == digest;
    if (same) {
      blocks_[block] = like_->blocks()[block];
    } else if (count() == 1) {
      blocks_[block] =
          std::make_shared<const Content::Block>(Content::Block{std::exchange(buffer, {}), digest});
    } else {
      blocks_[block] = std::make_shared<const Content::Block>(Content::Block{buffer, digest});
    }
  }

  const Content* const like_;
  Content::Blocks blocks_;
};

}  // namespace

Result<Digest> DigestFile(int fd, BlockDigests* blocks) {
  HAWSER_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(fd));
  DigestReading reading(fd, size);
  HAWSER_RETURN_IF_ERROR(reading.Run());
  if (blocks != nullptr) *blocks = reading.digests();
  return DigestOfBlocks(reading.digests(), size);
}

Result<ContentPtr> ReadContent(int fd, uint64_t size, const Content* like) {
  ContentReading reading(fd, size, like);
  HAWSER_RETURN_IF_ERROR(reading.Run());
  return std::make_shared<const Content>(reading.TakeAll());
}

}  // namespace hawser::fs
