// The agent's content store: files by their content's identity, on the shared volume.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "lib/base/content_digest.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"
#include "lib/sync/stage/known_blocks.h"
#include "lib/sync/stage/spare_files.h"

namespace hawser::sync {

/// Content under DIR/<aa>/<digest>, mode 0644, written by temporary file and rename. One writing
/// process; others read.
class ContentStore {
 public:
  /// Opens or makes the store, for the one process that writes; leftovers of interrupted writes are
  /// removed.
  static Result<std::unique_ptr<ContentStore>> Open(const std::string& directory);
  /// For processes that only read: touches nothing, and the directory need not exist yet.
  static std::unique_ptr<ContentStore> OpenToRead(const std::string& directory);

  /// True when it is there; with `size`, when all of its bytes are.
  bool Has(const Digest& digest, std::optional<uint64_t> size = std::nullopt) const;
  /// Reads content up to `max_size`; data_loss when it does not match its digest.
  Result<std::string> Read(const Digest& digest, uint64_t max_size) const;
  /// Path of the content, whether or not it is there.
  std::string PathOf(const Digest& digest) const;
  /// Stores content that is in memory; data_loss (and nothing kept) when this is not its digest. A
  /// process that dies meanwhile may leave a part of it under its name, which the next Put
  /// replaces.
  Status Put(const Digest& digest, std::string_view content);

  /// Content that new content may be made from.
  struct Base {
    UniqueFd fd;
    uint64_t size = 0;
    BlockDigests blocks;  ///< empty when they are not known
  };
  Result<Base> OpenBase(const Digest& digest) const;

  /// Writes content of unknown digest piece by piece.
  class Writer {
   public:
    virtual ~Writer() = default;
    virtual Status Write(std::string_view piece) = 0;
    /// Writes a range of `base`. Whole blocks of it that this process stored itself are copied
    /// inside the kernel, and not read to be digested again.
    virtual Status Copy(const Base& base, uint64_t offset, uint64_t length) = 0;
    /// Keeps the content if its digest is `expected`; data_loss (and nothing kept) otherwise.
    virtual Status Commit(const Digest& expected) = 0;
  };
  Result<std::unique_ptr<Writer>> NewWriter();

  /// Removes this content if it is there.
  void Remove(const Digest& digest);
  /// Removes all content that is not in `keep`.
  void Collect(const std::unordered_set<Digest, DigestHash>& keep);

 private:
  /// What is there may be damaged, and may be being read.
  Status Replace(const Digest& digest, std::string_view content);
  explicit ContentStore(std::string directory);
  std::string directory_;
  KnownBlocks known_;
  SpareFiles spares_;
};

}  // namespace hawser::sync
