// Packs: files that hold much small content, one record after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/digest.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"
#include "lib/sync/store/pack_index.h"

namespace hawser::sync {

/// Before each content: its size (4 bytes, little-endian) and its digest.
inline constexpr size_t kPackRecordHead = 4 + Digest::kSize;

/// Adds the record of `content`, at most kMaxPackedContent bytes.
void AppendPackRecord(const Digest& digest, std::string_view content, std::string& out);

/// The packs of a directory, which need not exist. Files stay open between calls, a few at a time.
/// One thread.
class PackFiles {
 public:
  explicit PackFiles(std::string directory) : directory_(std::move(directory)) {}

  const std::string& directory() const { return directory_; }
  std::string PathOf(uint32_t pack) const;
  /// The numbers of all packs there are, ascending.
  std::vector<uint32_t> List() const;

  /// The pack, for reading. The caller may keep it, for use on any thread.
  Result<std::shared_ptr<const UniqueFd>> Open(uint32_t pack);
  /// Closes what is open here.
  void Close() { open_.clear(); }

  using Sink = std::function<void(const Digest& digest, const PackPlace& place)>;
  /// Passes on every whole record of the pack from byte `from` on. Returns where the last ended:
  /// what follows is cut off, still being written, or damaged.
  Result<uint32_t> ForEachRecord(uint32_t pack, uint32_t from, const Sink& sink);

 private:
  const std::string directory_;
  std::map<uint32_t, std::shared_ptr<const UniqueFd>> open_;
};

/// Reads the content at `place` of its open pack; data_loss when that is not what `digest` says.
Result<std::string> ReadPacked(const UniqueFd& pack, const PackPlace& place, const Digest& digest);

}  // namespace hawser::sync
