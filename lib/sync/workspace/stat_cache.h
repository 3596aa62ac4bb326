// What files were when they were last read, kept across runs so that unchanged ones need not be
// read again.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "lib/base/content_digest.h"
#include "lib/base/result.h"

struct stat;

namespace hawser::sync {

/// What tells a changed file from an unchanged one without reading it.
struct FileStamp {
  uint64_t size = 0, inode = 0;
  int64_t mtime_ns = 0, ctime_ns = 0;
  bool operator==(const FileStamp&) const = default;
};

FileStamp StampOf(const struct stat& info);

/// Files as they were, by workspace-relative path.
using FileStamps = std::map<std::string, FileStamp, std::less<>>;

/// A file whose content is known as long as its stamp stays.
struct StampedDigest {
  FileStamp stamp;
  Digest digest;
  BlockDigests blocks;  ///< of large content; empty when they are not known
  bool operator==(const StampedDigest&) const = default;
};

/// By workspace-relative path.
using StatCache = std::map<std::string, StampedDigest>;

/// The cache file of the workspace `root` in `directory`.
std::string StatCachePath(const std::string& directory, const std::string& root);

/// not_found when there is none; data_loss when it is damaged or of another version.
Result<StatCache> LoadStatCache(const std::string& path);

/// Replaces the file by rename, readable by its owner alone, making its directory. Of several that
/// save at once the last one wins, and each is whole. Entries beyond a million are left out.
Status SaveStatCache(const std::string& path, const StatCache& cache);

}  // namespace hawser::sync
