// Reads records through a window, passing over most of what they hold.
#include "lib/sync/store/pack_files.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "lib/base/content_digest.h"
#include "lib/fs/file.h"

namespace hawser::sync {

namespace {

constexpr std::string_view kPrefix = "pack-";
constexpr size_t kMaxOpen = 16;
constexpr size_t kWindow = 64U << 10;
constexpr size_t kSizeBytes = kPackRecordHead - Digest::kSize;

std::optional<uint32_t> NumberOf(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  if (!whole || number == 0 || number > kMaxPacks) return std::nullopt;
  return number;
}

/// A file's bytes, read in windows as they are asked for.
class Window {
 public:
  Window(int fd, uint64_t size) : fd_(fd), size_(size) {}

  /// `count` bytes from `offset` on, none beyond the file's end.
  Result<std::string_view> Get(uint64_t offset, size_t count) {
    const bool held = offset >= begin_ && offset + count <= begin_ + bytes_.size();
    if (!held) {
      bytes_.resize(static_cast<size_t>(std::min<uint64_t>(kWindow, size_ - offset)));
      begin_ = offset;
      HAWSER_RETURN_IF_ERROR(fs::ReadAt(fd_, offset, std::span(bytes_)));
    }
    return std::string_view(bytes_).substr(static_cast<size_t>(offset - begin_), count);
  }

 private:
  const int fd_;
  const uint64_t size_;
  uint64_t begin_ = 0;
  std::string bytes_;
};

uint32_t SizeFrom(std::string_view head) {
  uint32_t size = 0;
  for (size_t i = kSizeBytes; i-- > 0;) size = size << 8 | static_cast<uint8_t>(head[i]);
  return size;
}

Digest DigestFrom(std::string_view head) {
  Digest digest;
  std::copy_n(head.begin() + kSizeBytes, Digest::kSize, digest.bytes.begin());
  return digest;
}

}  // namespace

void AppendPackRecord(const Digest& digest, std::string_view content, std::string& out) {
  for (size_t i = 0; i < kSizeBytes; ++i) out += static_cast<char>(content.size() >> (8 * i));
  out += digest.AsBytes();
  out += content;
}

std::string PackFiles::PathOf(uint32_t pack) const {
  return directory_ + "/" + std::string(kPrefix) + std::to_string(pack);
}

std::vector<uint32_t> PackFiles::List() const {
  std::vector<uint32_t> numbers;
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry(directory_, ignored), end; entry != end;
       entry.increment(ignored)) {
    const auto number = NumberOf(entry->path().filename().native());
    if (number.has_value()) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Result<std::shared_ptr<const UniqueFd>> PackFiles::Open(uint32_t pack) {
  if (const auto open = open_.find(pack); open != open_.end()) return open->second;
  HAWSER_ASSIGN_OR_RETURN(UniqueFd fd, fs::OpenToRead(PathOf(pack)));
  if (open_.size() >= kMaxOpen) open_.clear();
  return open_[pack] = std::make_shared<const UniqueFd>(std::move(fd));
}

Result<uint32_t> PackFiles::ForEachRecord(uint32_t pack, uint32_t from, const Sink& sink) {
  HAWSER_ASSIGN_OR_RETURN(const auto fd, Open(pack));
  HAWSER_ASSIGN_OR_RETURN(uint64_t end, fs::SizeOf(fd->get()));
  end = std::min<uint64_t>(end, kMaxPackSize);
  Window window(fd->get(), end);
  uint64_t at = from;
  while (at + kPackRecordHead <= end) {
    HAWSER_ASSIGN_OR_RETURN(const std::string_view head, window.Get(at, kPackRecordHead));
    const uint32_t size = SizeFrom(head);
    const uint64_t content = at + kPackRecordHead;
    if (size > kMaxPackedContent || content + size > end) break;
    sink(DigestFrom(head), {.pack = pack, .offset = static_cast<uint32_t>(content), .size = size});
    at = content + size;
  }
  return static_cast<uint32_t>(at);
}

Result<std::string> ReadPacked(const UniqueFd& pack, const PackPlace& place, const Digest& digest) {
  std::string content(place.size, '\0');
  HAWSER_RETURN_IF_ERROR(fs::ReadAt(pack.get(), place.offset, std::span(content)));
  if (ContentDigest(content) != digest) {
    return DataLossError("stored content " + digest.ToShortHex() + " is damaged");
  }
  return content;
}

}  // namespace hawser::sync
