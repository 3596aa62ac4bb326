// Reads the workspace's files as a snapshot knows them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/content.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"

namespace hawser::sync {

/// Reads workspace files and checks that they still are what the snapshot says.
class ContentSource {
 public:
  explicit ContentSource(std::string root) : root_(std::move(root)) {}
  /// The content of workspace file `source`. aborted when its digest is no longer `expected`: scan
  /// again.
  Result<ContentPtr> Read(const std::string& source, const Digest& expected, uint64_t size) const;

  /// Passes the content on in pieces, at most `size` bytes. aborted when it was not `expected`,
  /// which may show after the last of them.
  Status Stream(const std::string& source, const Digest& expected, uint64_t size,
                const std::function<Status(std::string_view)>& sink) const;

  /// The bytes from `begin`, where a block begins, to before `end`, where one or the content ends.
  struct Span {
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  /// Passes these bytes on, block by block. aborted at the first that is not what `blocks`, of the
  /// whole content, say.
  Status StreamBlocks(const std::string& source, const BlockDigests& blocks, Span span,
                      const std::function<Status(std::string_view)>& sink) const;

 private:
  Result<UniqueFd> Open(const std::string& source) const;

  std::string root_;
};

}  // namespace hawser::sync
