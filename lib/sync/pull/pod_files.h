// What the app's container holds now below the session's roots: listed and read, never changed.
#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/sync/tree/tree.h"
#include "lib/sync/workspace/stat_cache.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

struct PodListing {
  Tree tree;            ///< files and symlinks that match, without directories
  std::string trouble;  ///< the first thing that was left out, and why; else empty
};

/// Bounds of one listing: what exceeds them is left out, and told.
struct PodListingLimits {
  size_t names = 1000000;  ///< looked at
  size_t entries = 100000;
  uint64_t file_bytes = 256ULL << 20;  ///< of one file
  uint64_t read_bytes = 4ULL << 30;    ///< of all files that have to be read
};

/// The container's files as one process sees them. Below a root no symbolic link is followed, and
/// only what lies inside a root is seen. Files at rest are read once. One thread.
class PodFiles {
 public:
  /// `container_root` is "/" but in tests.
  explicit PodFiles(std::string container_root, PodListingLimits limits = {});

  /// Cut short, and worth nothing, once `stop` was asked.
  PodListing List(const std::vector<wire::SyncRoot>& roots,
                  const std::vector<wire::PullPattern>& patterns, const std::stop_token& stop = {});
  /// At most `length` bytes from `offset`; fewer at the end of the file. permission_denied when
  /// `path` is not inside a root or may not be read; failed_precondition when it is no file.
  Result<std::string> Read(const std::vector<wire::SyncRoot>& roots, const std::string& path,
                           uint64_t offset, uint32_t length) const;

 private:
  class Walk;

  const std::string container_root_;
  const PodListingLimits limits_;
  std::map<std::string, StampedDigest> known_;  ///< files at rest, by container path
};

}  // namespace hawser::sync
