// Content on the sending side: the workspace's files as a snapshot knows them, and patches between
// their versions.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "lib/base/content.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"

namespace hawser::sync {

/// Encoded patches by (base, content), so that several pods share one encoding. Thread-safe,
/// bounded.
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

/// Reads workspace files and checks that they still are what the snapshot says.
class ContentSource {
 public:
  explicit ContentSource(std::string root) : root_(std::move(root)) {}
  /// The content of workspace file `source`. aborted when its digest is no longer `expected`: scan
  /// again.
  Result<ContentPtr> Read(const std::string& source, const Digest& expected, uint64_t size) const;

  /// Passes the content on in pieces. aborted, after all of them, when it was not `expected`.
  Status Stream(const std::string& source, const Digest& expected,
                const std::function<Status(std::string_view)>& sink) const;

 private:
  Result<UniqueFd> Open(const std::string& source) const;

  std::string root_;
};

}  // namespace hawser::sync
