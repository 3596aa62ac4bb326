// Reads files on several threads while more of them are found.
#pragma once

#include <cstddef>
#include <thread>
#include <vector>

#include "lib/base/bounded_queue.h"
#include "lib/sync/workspace/file_reader.h"

namespace hawser::sync {

/// Belongs to the thread that finds the files. Few files are read by that thread alone, at the end.
/// Of many, each full batch goes to another thread; when those are far behind, the finder reads one
/// itself, so that no more than kBatches wait.
class FileReaders {
 public:
  static constexpr size_t kBatch = 64;  ///< files
  static constexpr size_t kBatches = 64;

  /// Of files beneath the open directory `root`. What `into` leads to is used by several threads.
  FileReaders(int root, ReadInto into);
  ~FileReaders();
  FileReaders(const FileReaders&) = delete;
  FileReaders& operator=(const FileReaders&) = delete;

  /// Nobody else touches what `file` leads to before Finish. Neighbours in one directory should
  /// follow one another.
  void Add(const FileToRead& file);
  /// All files have been read when it returns; nothing is added after it. What is left to read may
  /// begin in `near`.
  void Finish(OpenDirectory near);
  /// How many files were added.
  size_t count() const { return count_; }

 private:
  using Batch = std::vector<FileToRead>;

  void HandOut();
  /// Reads what waits, until there is nothing more to come.
  void ReadBatches();

  const int root_;
  const ReadInto into_;
  const size_t most_helpers_;
  size_t count_ = 0;
  Batch batch_;  ///< not handed out yet
  BoundedQueue<Batch> batches_{kBatches};
  std::vector<std::jthread> helpers_;
};

}  // namespace hawser::sync
