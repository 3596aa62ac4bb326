// Content that is too large for packs, a file each.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "lib/base/result.h"
#include "lib/sync/blocks/known_blocks.h"
#include "lib/sync/store/content_base.h"

namespace hawser::sync {

/// Writes content of unknown digest piece by piece.
class ContentWriter {
 public:
  virtual ~ContentWriter() = default;
  virtual Status Write(std::string_view piece) = 0;
  /// Writes a range of `base`. Whole blocks of it that this process stored itself are copied inside
  /// the kernel, and not read to be digested again.
  virtual Status Copy(const ContentBase& base, uint64_t offset, uint64_t length) = 0;
  /// Keeps the content if its digest is `expected`; data_loss (and nothing kept) otherwise.
  virtual Status Commit(const Digest& expected) = 0;
};

/// Files by their content's digest, mode 0644. One process writes, on one thread; others read.
class LargeFiles {
 public:
  /// `store` is the store's directory, in which that for temporary files exists.
  explicit LargeFiles(std::string store) : store_(std::move(store)) {}

  /// True when a file with this name and size is there.
  bool Has(const Digest& digest, uint64_t size) const;
  /// Keeps content that is in memory, whose digest the caller has checked. A process that dies
  /// meanwhile may leave a part of it under its name, which the next Put replaces.
  Status Put(const Digest& digest, std::string_view content);
  /// not_found when it is not there.
  Result<ContentBase> OpenBase(const Digest& digest) const;
  Result<std::unique_ptr<ContentWriter>> NewWriter();

  /// Removes this content if it is there.
  void Remove(const Digest& digest);
  /// Removes all content that is not in `keep`.
  void Collect(const std::unordered_set<Digest, DigestHash>& keep);

  /// Bytes that were put or written by writers, kept or not.
  uint64_t written() const { return written_; }

 private:
  /// What is there may be damaged, and may be being read.
  Status Replace(const Digest& digest, std::string_view content);

  const std::string store_;
  KnownBlocks known_;
  uint64_t written_ = 0;
};

}  // namespace hawser::sync
