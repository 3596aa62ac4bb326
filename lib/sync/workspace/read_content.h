// Content that the last scan read, for whoever sends it: it need not be read and checked again.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "lib/base/digest.h"

namespace hawser::sync {

/// Holds what fits. Thread-safe.
class ReadContent {
 public:
  explicit ReadContent(uint64_t max_bytes) : max_bytes_(max_bytes) {}

  /// A scan begins: what an earlier one read is dropped.
  void Begin();
  /// True when so many bytes more would be kept.
  bool HasRoomFor(uint64_t size) const;
  /// `content` is what `digest` identifies.
  void Put(const Digest& digest, std::shared_ptr<const std::string> content);
  /// Null when it is not held.
  std::shared_ptr<const std::string> Get(const Digest& digest) const;

 private:
  const uint64_t max_bytes_;
  mutable std::mutex mutex_;
  uint64_t bytes_ = 0;
  std::unordered_map<Digest, std::shared_ptr<const std::string>, DigestHash> items_;
};

}  // namespace hawser::sync
