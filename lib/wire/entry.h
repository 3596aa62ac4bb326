// What a tree holds at one path: the vocabulary shared by the wire and the sync engine.
#pragma once

#include <cstdint>
#include <string>

#include "lib/base/digest.h"

namespace hawser::wire {

enum class EntryKind : uint8_t { kFile = 1, kDirectory = 2, kSymlink = 3 };

/// One path's content and metadata. Fields that do not apply to the kind are zero or empty.
struct Entry {
  EntryKind kind = EntryKind::kFile;
  uint32_t mode =
      0644;  ///< permission bits only, 0 to 0777; never setuid, setgid or sticky; 0 for symlinks
  int64_t mtime_ns = 0;  ///< nanoseconds since 1970; travels, but never decides; 0 for symlinks
  uint64_t size = 0;     ///< bytes, files only
  Digest digest;         ///< of the content, files only
  std::string target;    ///< symlinks only

  bool operator==(const Entry&) const = default;

  /// Equal in all but mtime: what decides whether anything is sent.
  bool SameContent(const Entry& other) const {
    return kind == other.kind && mode == other.mode && size == other.size &&
           digest == other.digest && target == other.target;
  }
};

}  // namespace hawser::wire
