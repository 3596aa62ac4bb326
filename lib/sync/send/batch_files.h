// Reads the files of one batch, from memory where they were read before.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lib/sync/blocks/changed_range.h"
#include "lib/sync/send/sending_content.h"
#include "lib/sync/workspace/snapshot.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// One batch, one thread. aborted from any method when a file changed since the snapshot.
class BatchFiles {
 public:
  /// Both must outlive the object.
  BatchFiles(const Snapshot& snapshot, SendingContent& content)
      : snapshot_(snapshot), content_(content) {}

  /// Where the workspace has the file that goes to `path`.
  std::string SourceOf(const std::string& path) const;
  /// Keeps what the scan read of the file until it is needed: looks at the workspace that come
  /// meanwhile drop it, and by then the file may hold something else.
  void Hold(const wire::Change& change);
  /// The file's content, at most wire::kMaxPatchSide bytes. It is kept as a base for the next
  /// version, of bundled files as much as a first sync may take of the memory.
  Result<ContentPtr> Read(const wire::Change& change);
  /// Passes the content on in pieces; of a larger file without ever holding it.
  Status Pass(const wire::Change& change, const std::function<Status(std::string_view)>& sink);
  /// The same of the bytes that `range` replaces, which begin with a block.
  Status PassRange(const wire::Change& change, const ChangedRange& range,
                   const std::function<Status(std::string_view)>& sink);

 private:
  Status Stream(const wire::Change& change, const std::function<Status(std::string_view)>& sink);
  bool KeepsAsBase(const wire::Change& change);

  const Snapshot& snapshot_;
  SendingContent& content_;
  std::unordered_map<Digest, ContentPtr, DigestHash> held_;
  uint64_t bundled_bases_ = 0;  ///< bytes
};

}  // namespace hawser::sync
