// The stat cache's file: magic, SHA-256 of the rest, then the entries in wire format, each path
// without what it shares with the one before.
#include "lib/sync/workspace/stat_cache.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "lib/fs/file.h"
#include "lib/wire/codec.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

namespace stdfs = std::filesystem;

constexpr std::string_view kMagic = "HAWSERS3";  // the digit is the format's version
constexpr uint64_t kMaxSize = 512U << 20;
constexpr uint32_t kMode = 0600;
constexpr size_t kMaxBlocks = wire::kMaxPatched / kDigestBlock;  ///< of one file

struct Item {
  uint32_t shared = 0;  ///< bytes of the path before
  std::string rest;
  StampedDigest known;
};

template <typename Codec>
void Fields(Codec& c, typename Codec::template Ref<std::vector<Item>> items) {
  c.List(items, wire::kMaxItems, 4, [](auto& codec, auto& item) {
    codec.Varint(item.shared);
    codec.Bytes(item.rest, wire::kMaxPath);
    codec.Varint(item.known.stamp.size);
    codec.Varint(item.known.stamp.inode);
    codec.Fixed64(item.known.stamp.mtime_ns);
    codec.Fixed64(item.known.stamp.ctime_ns);
    codec.Hash(item.known.digest);
    codec.List(item.known.blocks, kMaxBlocks, Digest::kSize,
               [](auto& inner, auto& block) { inner.Hash(block); });
  });
}

std::vector<Item> ToItems(const StatCache& cache) {
  std::vector<Item> items;
  items.reserve(std::min(cache.size(), wire::kMaxItems));
  std::string_view before;
  for (const auto& [path, known] : cache) {
    if (items.size() == wire::kMaxItems) break;
    if (path.size() > wire::kMaxPath) continue;
    const auto end = path.begin() + static_cast<long>(std::min(path.size(), before.size()));
    const auto shared = static_cast<uint32_t>(
        std::mismatch(path.begin(), end, before.begin()).first - path.begin());
    items.push_back({shared, path.substr(shared), known});
    if (known.blocks.size() > kMaxBlocks) items.back().known.blocks.clear();
    before = path;
  }
  return items;
}

Result<StatCache> FromItems(std::vector<Item> items) {
  StatCache cache;
  std::string path;
  for (Item& item : items) {
    if (item.shared > path.size()) return DataLossError("a path of the stat cache is cut off");
    path.resize(item.shared);
    path += item.rest;
    const StampedDigest& known = item.known;
    if (!known.blocks.empty() && DigestOfBlocks(known.blocks, known.stamp.size) != known.digest) {
      return DataLossError("the blocks of " + path + " in the stat cache are not its own");
    }
    cache.insert_or_assign(cache.end(), path, std::move(item.known));
  }
  return cache;
}

}  // namespace

FileStamp StampOf(const struct stat& info) {
  return {static_cast<uint64_t>(info.st_size), info.st_ino, fs::Nanoseconds(info.st_mtim),
          fs::Nanoseconds(info.st_ctim)};
}

std::string StatCachePath(const std::string& directory, const std::string& root) {
  return directory + "/stat-" + Sha256(root).ToShortHex();
}

Result<StatCache> LoadStatCache(const std::string& path) {
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd fd, fs::OpenToRead(path));
  HAWSER_ASSIGN_OR_RETURN(const std::string bytes, fs::ReadAll(fd.get(), kMaxSize));
  const size_t head = kMagic.size() + Digest::kSize;
  if (bytes.size() < head || !bytes.starts_with(kMagic)) {
    return DataLossError(path + " is no stat cache of this version");
  }
  const std::string_view payload = std::string_view(bytes).substr(head);
  if (bytes.substr(kMagic.size(), Digest::kSize) != Sha256(payload).AsBytes()) {
    return DataLossError(path + " does not match its checksum");
  }
  std::vector<Item> items;
  wire::Decoder decoder(payload);
  Fields(decoder, items);
  decoder.End();
  HAWSER_RETURN_IF_ERROR(decoder.status());
  return FromItems(std::move(items));
}

Status SaveStatCache(const std::string& path, const StatCache& cache) {
  const stdfs::path directory = stdfs::path(path).parent_path();
  std::error_code error;
  stdfs::create_directories(directory, error);
  if (error) return ErrnoStatus(error.value(), directory.string());
  wire::Encoder encoder;
  Fields(encoder, ToItems(cache));
  HAWSER_RETURN_IF_ERROR(encoder.status());
  const std::string payload = encoder.Take();
  std::string bytes(kMagic);
  bytes += Sha256(payload).AsBytes();
  bytes += payload;
  return fs::ReplaceFile(path, bytes, kMode);
}

}  // namespace hawser::sync
