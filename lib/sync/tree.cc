// The digest of a tree.
#include "lib/sync/tree.h"

#include <cstddef>

namespace hawser::sync {

namespace {

/// `value` in `sizeof(T)` bytes, least significant first.
template <typename T>
void AppendFixed(T value, std::string& out) {
  for (size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

}  // namespace

Digest TreeDigest(const Tree& tree) {
  Sha256Hasher hasher;
  std::string bytes;
  for (const auto& [path, entry] : tree) {
    bytes.clear();
    AppendFixed(static_cast<uint32_t>(path.size()), bytes);
    bytes += path;
    bytes += static_cast<char>(entry.kind);
    AppendFixed(entry.mode, bytes);
    AppendFixed(entry.size, bytes);
    bytes += entry.digest.AsBytes();
    AppendFixed(static_cast<uint32_t>(entry.target.size()), bytes);
    bytes += entry.target;
    hasher.Update(bytes);
  }
  return hasher.Finish();
}

}  // namespace hawser::sync
