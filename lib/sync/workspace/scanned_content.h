// Content that the last scan read, for whoever sends it: it need not be read and checked again.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "lib/base/content.h"
#include "lib/sync/workspace/base_cache.h"

namespace hawser::sync {

/// Holds what fits. Thread-safe.
class ScannedContent {
 public:
  /// `bases` must outlive it.
  ScannedContent(uint64_t max_bytes, BaseCache& bases) : max_bytes_(max_bytes), bases_(bases) {}

  /// Drops all, as when another scan begins.
  void Clear();
  /// True when so many bytes more would be kept.
  bool HasRoomFor(uint64_t size) const;
  /// The version that a file had before, for new ones to share what stays; null when it is not
  /// held.
  ContentPtr OlderVersion(const Digest& digest) const { return bases_.Get(digest); }
  void Put(ContentPtr content);
  /// Null when it is not held.
  ContentPtr Get(const Digest& digest) const;

 private:
  const uint64_t max_bytes_;
  BaseCache& bases_;
  mutable std::mutex mutex_;
  uint64_t bytes_ = 0;
  std::unordered_map<Digest, ContentPtr, DigestHash> items_;
};

}  // namespace hawser::sync
