// Encoded patches, held so that several pods share one encoding.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "lib/base/digest.h"
#include "lib/base/result.h"

namespace hawser::sync {

/// Patches by (base, content). Thread-safe, bounded.
class PatchCache {
 public:
  using Patch = std::shared_ptr<const std::string>;

  explicit PatchCache(uint64_t max_bytes) : max_bytes_(max_bytes) {}
  /// The patch; `encode` makes it when it is not held. While one thread does, others that want the
  /// same wait for it. A failure is passed on, and the next caller tries again.
  Result<Patch> GetOrEncode(const Digest& base, const Digest& content,
                            const std::function<Result<Patch>()>& encode);
  /// True when the patch is held, or being made.
  bool Expects(const Digest& base, const Digest& content);

 private:
  void Keep(const std::pair<Digest, Digest>& key, const Patch& patch);

  const uint64_t max_bytes_;
  std::mutex mutex_;
  std::condition_variable made_;
  std::set<std::pair<Digest, Digest>> making_;
  uint64_t bytes_ = 0;
  std::list<std::pair<Digest, Digest>> by_age_;
  std::map<std::pair<Digest, Digest>, Patch> items_;
};

}  // namespace hawser::sync
