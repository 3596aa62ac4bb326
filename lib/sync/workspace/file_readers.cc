// Batches in a queue that its helpers and, when it is full or all were found, the finder read.
#include "lib/sync/workspace/file_readers.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "lib/base/threads.h"

namespace hawser::sync {

namespace {

void ReadAll(const std::vector<FileToRead>& files, FileReader reader) {
  for (const FileToRead& file : files) reader.Read(file);
}

}  // namespace

FileReaders::FileReaders(int root, ReadInto into)
    : root_(root), into_(into), most_helpers_(ThreadsFor(SIZE_MAX, 1) - 1) {}

FileReaders::~FileReaders() {
  batches_.Close();
}

void FileReaders::Add(const FileToRead& file) {
  ++count_;
  batch_.push_back(file);
  if (batch_.size() == kBatch) HandOut();
}

void FileReaders::HandOut() {
  if (helpers_.size() < most_helpers_) helpers_.emplace_back([this] { ReadBatches(); });
  if (!batches_.TryPush(batch_)) ReadAll(batch_, {root_, OpenDirectory(), into_});
  batch_.clear();
}

void FileReaders::Finish(OpenDirectory near) {
  ReadAll(batch_, {root_, std::move(near), into_});
  batch_.clear();
  batches_.Close();
  ReadBatches();
  helpers_.clear();  // joins
}

void FileReaders::ReadBatches() {
  while (const std::optional<Batch> batch = batches_.Pop()) {
    ReadAll(*batch, {root_, OpenDirectory(), into_});
  }
}

}  // namespace hawser::sync
