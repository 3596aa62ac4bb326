// Reads and identifies the files that a look at the workspace found new or changed.
#pragma once

#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "lib/base/unique_fd.h"
#include "lib/sync/workspace/file_index.h"

namespace hawser::sync {

FileStamp StampOf(const struct stat& info);

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

/// Reads `files` beneath the open directory `root`, many of them on several threads. Neighbours in
/// one directory should follow one another; the first may lie in `near`. A file that can't be read
/// stays as it was known, with the problem.
void ReadFiles(int root, OpenDirectory near, const std::vector<FileToRead>& files, ReadInto into);

}  // namespace hawser::sync
