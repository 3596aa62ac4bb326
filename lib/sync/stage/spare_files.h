// Small files whose content went, kept to be written again. Where thousands were removed lately,
// ext4 passes over each of them to find a place for a new one (its inode may not be used again at
// once), so that a store that only made and removed files would slow down with every large save.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/status.h"

namespace hawser::sync {

/// One thread.
class SpareFiles {
 public:
  /// Content up to this size, in bytes, is worth it. Readers of such content check its digest: its
  /// file may be written again under their hands.
  static constexpr uint64_t kMaxSize = 16U << 10;

  /// Keeps up to `max` files in `directory`, which exists.
  SpareFiles(std::string directory, size_t max) : directory_(std::move(directory)), max_(max) {}

  /// Removes the file at `path`, or keeps it under another name.
  void Take(const std::string& path);
  bool empty() const { return names_.empty(); }
  /// Writes `content` to a spare file and renames it to `path`; not_found when the spare file went,
  /// or the directory of `path` is missing: then it stays spare. Not when empty().
  Status Reuse(const std::string& path, std::string_view content);

 private:
  const std::string directory_;
  const size_t max_;
  std::vector<std::string> names_;
};

}  // namespace hawser::sync
