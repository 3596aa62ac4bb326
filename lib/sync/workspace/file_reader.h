// Reads and identifies a file that a look at the workspace found new or changed.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <utility>

#include "lib/base/result.h"
#include "lib/base/unique_fd.h"
#include "lib/sync/workspace/file_index.h"

namespace hawser::sync {

/// Sets what a regular file's entry has.
void SetFileEntry(const struct stat& info, const Digest& digest, Entry& entry);

/// A file to read. All that it leads to must stay where it is until it was read.
struct FileToRead {
  const std::string* path = nullptr;         ///< in the workspace
  const FileIndex::Known* before = nullptr;  ///< null when nothing was known
  FileIndex::Known* known = nullptr;         ///< takes what was read, or why it could not be
};

/// The directory a path lies in ("" at the top) and its last name.
std::pair<std::string, std::string> SplitPath(const std::string& path);

/// A directory of the workspace that is open already; may be invalid.
struct OpenDirectory {
  UniqueFd fd;
  std::string path;
};

/// What takes more than the identities of what is read.
struct ReadInto {
  ScannedContent* content = nullptr;  ///< the content, unless null
  KnownBlocks* blocks = nullptr;      ///< what large content consists of
};

/// Reads files, keeping the directory open that the last one was in. One thread.
class FileReader {
 public:
  /// Of files beneath the open directory `root`, which must outlive it. Of the first one's
  /// directory it may have `near`.
  FileReader(int root, OpenDirectory near, ReadInto into)
      : root_(root), directory_(std::move(near)), into_(into) {}

  /// A file that can't be read stays as it was known, with the problem. Neighbours in one directory
  /// should follow one another.
  void Read(const FileToRead& file);

 private:
  UniqueFd Open(const std::string& path);
  bool ReadOnce(int fd, const FileToRead& file) const;
  Result<Digest> Digested(int fd, uint64_t size, const FileIndex::Known* before) const;
  Result<Digest> DigestedOnly(int fd) const;

  const int root_;
  OpenDirectory directory_;
  const ReadInto into_;
};

}  // namespace hawser::sync
