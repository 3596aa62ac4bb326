// Content on the sending side: the workspace's files as a snapshot knows them, and patches between
// their versions.
#include "lib/sync/send/content.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "lib/base/unique_fd.h"
#include "lib/fs/digest_file.h"
#include "lib/fs/file.h"

namespace hawser::sync {

namespace {

constexpr size_t kReadPiece = 256U << 10;

Status Changed(const std::string& source) {
  return AbortedError(source + " changed since it was scanned");
}

}  // namespace

Result<PatchCache::Patch> PatchCache::GetOrEncode(const Digest& base, const Digest& content,
                                                  const std::function<Result<Patch>()>& encode) {
  const auto key = std::make_pair(base, content);
  std::unique_lock lock(mutex_);
  made_.wait(lock, [&] { return !making_.contains(key); });
  if (const auto item = items_.find(key); item != items_.end()) return item->second;
  making_.insert(key);
  lock.unlock();
  Result<Patch> patch = encode();
  lock.lock();
  making_.erase(key);
  made_.notify_all();
  if (patch.ok()) Keep(key, *patch);
  return patch;
}

bool PatchCache::Expects(const Digest& base, const Digest& content) {
  const std::lock_guard lock(mutex_);
  const auto key = std::make_pair(base, content);
  return making_.contains(key) || items_.contains(key);
}

void PatchCache::Keep(const std::pair<Digest, Digest>& key, const Patch& patch) {
  if (patch->size() > max_bytes_) return;
  bytes_ += patch->size();
  by_age_.push_back(key);
  items_.emplace(key, patch);
  while (bytes_ > max_bytes_) {
    const auto oldest = items_.find(by_age_.front());
    bytes_ -= oldest->second->size();
    items_.erase(oldest);
    by_age_.pop_front();
  }
}

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

Status ContentSource::Stream(const std::string& source, const Digest& expected,
                             const std::function<Status(std::string_view)>& sink) const {
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd fd, Open(source));
  ContentHasher hasher;
  std::vector<char> buffer(kReadPiece);
  for (size_t got = kReadPiece; got == kReadPiece;) {
    HAWSER_ASSIGN_OR_RETURN(got, fs::ReadSome(fd.get(), buffer.data(), buffer.size()));
    hasher.Update({buffer.data(), got});
    HAWSER_RETURN_IF_ERROR(sink({buffer.data(), got}));
  }
  return hasher.Finish() == expected ? OkStatus() : Changed(source);
}

}  // namespace hawser::sync
