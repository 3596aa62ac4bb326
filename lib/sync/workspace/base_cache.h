// Old and current versions of files, held as bases for deltas.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

#include "lib/base/content.h"

namespace hawser::sync {

/// Content by its identity, least recently used out first. Thread-safe.
class BaseCache {
 public:
  explicit BaseCache(uint64_t max_bytes) : max_bytes_(max_bytes) {}
  /// Content larger than the cache is not held.
  void Put(ContentPtr content);
  /// Null when it is not held.
  ContentPtr Get(const Digest& digest);

 private:
  struct Item {
    ContentPtr content;
    std::list<Digest>::iterator age;
  };
  const uint64_t max_bytes_;
  std::mutex mutex_;
  uint64_t bytes_ = 0;
  std::list<Digest> by_age_;  ///< oldest first
  std::unordered_map<Digest, Item, DigestHash> items_;
};

}  // namespace hawser::sync
