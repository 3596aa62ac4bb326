// How nodes are packed, cut and digested.
#include "lib/sync/tree/node.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace hawser::sync {

namespace {

constexpr uint32_t kFanOutBits = 5;  ///< 32 items a node on average

/// `value` in `sizeof(T)` bytes, least significant first.
template <typename T>
void AppendFixed(T value, std::string& out) {
  for (size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

void AppendVarint(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

uint64_t TakeVarint(std::string_view& rest) {
  uint64_t value = 0;
  for (uint32_t shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(rest.front());
    rest.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

std::string_view TakeBytes(size_t count, std::string_view& rest) {
  const std::string_view bytes = rest.substr(0, count);
  rest.remove_prefix(count);
  return bytes;
}

void PackEntry(const Entry& entry, std::string& out) {
  out += static_cast<char>(entry.kind);
  AppendVarint(entry.mode, out);
  AppendFixed(static_cast<uint64_t>(entry.mtime_ns), out);
  if (entry.kind == EntryKind::kFile) {
    AppendVarint(entry.size, out);
    out += entry.digest.AsBytes();
  } else if (entry.kind == EntryKind::kSymlink) {
    AppendVarint(entry.target.size(), out);
    out += entry.target;
  }
}

void UnpackEntry(std::string_view& rest, Entry& entry) {
  entry = Entry{.kind = static_cast<EntryKind>(TakeBytes(1, rest)[0])};
  entry.mode = static_cast<uint32_t>(TakeVarint(rest));
  uint64_t mtime = 0;
  for (uint32_t i = 0; i < sizeof(mtime); ++i) {
    mtime |= static_cast<uint64_t>(static_cast<uint8_t>(rest[i])) << (8 * i);
  }
  rest.remove_prefix(sizeof(mtime));
  entry.mtime_ns = static_cast<int64_t>(mtime);
  if (entry.kind == EntryKind::kFile) {
    entry.size = TakeVarint(rest);
    std::memcpy(entry.digest.bytes.data(), TakeBytes(Digest::kSize, rest).data(), Digest::kSize);
  } else if (entry.kind == EntryKind::kSymlink) {
    entry.target = TakeBytes(TakeVarint(rest), rest);
  }
}

/// What of an entry goes into a leaf's digest (wire/PROTOCOL.md).
void AppendHashed(const std::string& path, const Entry& entry, std::string& out) {
  AppendFixed(static_cast<uint32_t>(path.size()), out);
  out += path;
  out += static_cast<char>(entry.kind);
  AppendFixed(entry.mode, out);
  AppendFixed(entry.size, out);
  out += entry.digest.AsBytes();
  AppendFixed(static_cast<uint32_t>(entry.target.size()), out);
  out += entry.target;
}

/// FNV-1a, then the finaliser of MurmurHash3, as FNV's low bits alone are poor.
uint64_t HashPath(std::string_view path) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : path) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
  hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
  return hash ^ hash >> 33;
}

}  // namespace

uint32_t BoundaryHeight(std::string_view path) {
  return static_cast<uint32_t>(std::countr_zero(HashPath(path))) / kFanOutBits;
}

Digest EmptyTreeDigest() {
  return Sha256("");
}

void LeafPacker::Add(const std::string& path, const Entry& entry) {
  if (hashed_.empty()) AppendFixed(uint32_t{0}, hashed_);
  const size_t limit = std::min(path.size(), last_.size());
  const auto shared = static_cast<size_t>(
      std::mismatch(path.begin(), path.begin() + static_cast<long>(limit), last_.begin()).first -
      path.begin());
  AppendVarint(shared, packed_);
  AppendVarint(path.size() - shared, packed_);
  packed_.append(path, shared);
  PackEntry(entry, packed_);
  AppendHashed(path, entry, hashed_);
  last_ = path;
  ++entries_;
  files_ += entry.kind != EntryKind::kDirectory ? 1 : 0;
}

TreeNodePtr LeafPacker::Finish(uint32_t height) {
  auto node = std::make_shared<TreeNode>();
  node->height = height;
  node->entries = std::exchange(entries_, 0);
  node->files = std::exchange(files_, 0);
  node->digest = Sha256(hashed_);
  node->last = std::exchange(last_, {});
  // A copy is as large as needed, no larger.
  auto packed = std::make_shared<const std::string>(packed_.data(), packed_.size());
  node->packed = *packed;
  node->holder = std::move(packed);
  packed_.clear();
  hashed_.clear();
  return node;
}

Digest InnerNodeDigest(uint32_t level, const std::vector<Digest>& children) {
  std::string hashed;
  AppendFixed(level, hashed);
  for (const Digest& child : children) hashed += child.AsBytes();
  return Sha256(hashed);
}

TreeNodePtr MakeInnerNode(std::vector<TreeNodePtr> children) {
  auto node = std::make_shared<TreeNode>();
  node->level = children.back()->level + 1;
  node->height = children.back()->height;
  node->last = children.back()->last;
  std::vector<Digest> digests;
  for (const TreeNodePtr& child : children) {
    node->entries += child->entries;
    node->files += child->files;
    digests.push_back(child->digest);
  }
  node->digest = InnerNodeDigest(node->level, digests);
  children.shrink_to_fit();
  node->children = std::move(children);
  return node;
}

bool LeafCursor::Next() {
  if (rest_.empty()) return false;
  const size_t shared = TakeVarint(rest_);
  const size_t more = TakeVarint(rest_);
  item_.first.resize(shared);
  item_.first += TakeBytes(more, rest_);
  UnpackEntry(rest_, item_.second);
  return true;
}

}  // namespace hawser::sync
