// Opens without following a link, reads, and compares the identity.
#include "lib/sync/send/content.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"
#include "lib/fs/file_content.h"

namespace hawser::sync {

namespace {

constexpr size_t kReadPiece = 256U << 10;

Status Changed(const std::string& source) {
  return AbortedError(source + " changed since it was scanned");
}

}  // namespace

Result<UniqueFd> ContentSource::Open(const std::string& source) const {
  UniqueFd fd(
      ::open((root_ + "/" + source).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) return AbortedError(ErrnoStatus(errno, source).message());
  return fd;
}

Result<ContentPtr> ContentSource::Read(const std::string& source, const Digest& expected,
                                       uint64_t size) const {
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd fd, Open(source));
  Result<ContentPtr> content = fs::ReadContent(fd.get(), size, nullptr);
  if (!content.ok() || (*content)->digest() != expected) return Changed(source);
  return content;
}

Status ContentSource::Stream(const std::string& source, const Digest& expected, uint64_t size,
                             const std::function<Status(std::string_view)>& sink) const {
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd fd, Open(source));
  ContentHasher hasher;
  std::vector<char> buffer(kReadPiece);
  for (size_t got = kReadPiece; got == kReadPiece;) {
    HAWSER_ASSIGN_OR_RETURN(got, fs::ReadSome(fd.get(), buffer.data(), buffer.size()));
    // More than was announced would break the stream's rules.
    if (got > size) return Changed(source);
    size -= got;
    hasher.Update({buffer.data(), got});
    HAWSER_RETURN_IF_ERROR(sink({buffer.data(), got}));
  }
  return hasher.Finish() == expected ? OkStatus() : Changed(source);
}

Status ContentSource::StreamBlocks(const std::string& source, const BlockDigests& blocks, Span span,
                                   const std::function<Status(std::string_view)>& sink) const {
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd fd, Open(source));
  std::string block;
  for (uint64_t at = span.begin; at < span.end; at += block.size()) {
    block.resize(static_cast<size_t>(std::min(span.end - at, kDigestBlock)));
    const bool same = fs::ReadAt(fd.get(), at, block).ok() &&
                      Sha256(block) == blocks[static_cast<size_t>(at / kDigestBlock)];
    if (!same) return Changed(source);
    HAWSER_RETURN_IF_ERROR(sink(block));
  }
  return OkStatus();
}

}  // namespace hawser::sync
