// Content on the sending side: the workspace's files by digest, and old versions kept as bases for
// deltas.
#include "lib/sync/send/content.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"

namespace hawser::sync {

namespace {

constexpr size_t kReadPiece = 256U << 10;

Status Changed(const std::string& source) {
  return AbortedError(source + " changed since it was scanned");
}

}  // namespace

void BaseCache::Put(const Digest& digest, std::shared_ptr<const std::string> content) {
  const std::lock_guard lock(mutex_);
  if (content->size() > max_bytes_ || items_.contains(digest)) return;
  bytes_ += content->size();
  const auto age = by_age_.insert(by_age_.end(), digest);
  items_.emplace(digest, Item{std::move(content), age});
  while (bytes_ > max_bytes_) {
    const auto oldest = items_.find(by_age_.front());
    bytes_ -= oldest->second.content->size();
    items_.erase(oldest);
    by_age_.pop_front();
  }
}

std::shared_ptr<const std::string> BaseCache::Get(const Digest& digest) {
  const std::lock_guard lock(mutex_);
  const auto item = items_.find(digest);
  if (item == items_.end()) return nullptr;
  by_age_.splice(by_age_.end(), by_age_, item->second.age);
  return item->second.content;
}

std::shared_ptr<const std::string> PatchCache::Get(const Digest& base, const Digest& content) {
  const std::lock_guard lock(mutex_);
  const auto item = items_.find({base, content});
  return item == items_.end() ? nullptr : item->second;
}

void PatchCache::Put(const Digest& base, const Digest& content,
                     std::shared_ptr<const std::string> patch) {
  const std::lock_guard lock(mutex_);
  const auto key = std::make_pair(base, content);
  if (patch->size() > max_bytes_ || items_.contains(key)) return;
  bytes_ += patch->size();
  by_age_.push_back(key);
  items_.emplace(key, std::move(patch));
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

Result<std::shared_ptr<const std::string>> ContentSource::Read(const std::string& source,
                                                               const Digest& expected,
                                                               uint64_t size) const {
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd fd, Open(source));
  Result<std::string> content = fs::ReadAll(fd.get(), size);
  if (!content.ok() || Sha256(*content) != expected) return Changed(source);
  return std::make_shared<const std::string>(std::move(content).value());
}

Status ContentSource::Stream(const std::string& source, const Digest& expected,
                             const std::function<Status(std::string_view)>& sink) const {
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd fd, Open(source));
  Sha256Hasher hasher;
  std::vector<char> buffer(kReadPiece);
  for (size_t got = kReadPiece; got == kReadPiece;) {
    HAWSER_ASSIGN_OR_RETURN(got, fs::ReadSome(fd.get(), buffer.data(), buffer.size()));
    hasher.Update({buffer.data(), got});
    HAWSER_RETURN_IF_ERROR(sink({buffer.data(), got}));
  }
  return hasher.Finish() == expected ? OkStatus() : Changed(source);
}

}  // namespace hawser::sync
