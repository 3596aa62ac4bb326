// Short names for entries and content in tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/base/content.h"
#include "lib/base/content_digest.h"
#include "lib/sync/tree/tree.h"

namespace hawser::sync {

inline Entry FileEntry(std::string_view content, uint32_t mode = 0644) {
  Entry entry;
  entry.mode = mode;
  entry.mtime_ns = 1700000000123456789;
  entry.size = content.size();
  entry.digest = ContentDigest(content);
  return entry;
}

inline Entry DirectoryEntry(uint32_t mode = 0755) {
  Entry entry;
  entry.kind = EntryKind::kDirectory;
  entry.mode = mode;
  return entry;
}

inline Entry SymlinkEntry(std::string target) {
  Entry entry;
  entry.kind = EntryKind::kSymlink;
  entry.mode = 0;
  entry.target = std::move(target);
  return entry;
}

/// As many times `fill`.
inline ContentPtr ContentOf(size_t size, char fill) {
  return std::make_shared<const Content>(Content::Of(std::string(size, fill)));
}

}  // namespace hawser::sync
