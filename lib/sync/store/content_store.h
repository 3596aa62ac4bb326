// The agent's content store: what files hold, by digest, on the volume that the pod's containers
// share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "lib/base/result.h"
#include "lib/sync/store/content_base.h"
#include "lib/sync/store/large_files.h"
#include "lib/sync/store/packs.h"

namespace hawser::sync {

/// As the one process that writes it sees it: small content in packs, large content in files of its
/// own. One thread.
class ContentStore {
 public:
  /// Opens or makes the store; leftovers of interrupted writes are removed.
  static Result<std::unique_ptr<ContentStore>> Open(const std::string& directory);

  /// True when content with this digest and size is there.
  bool Has(const Digest& digest, uint64_t size) const;
  /// Stores content that is in memory; data_loss (and nothing kept) when this is not its digest.
  Status Put(const Digest& digest, std::string_view content);
  /// not_found when it is not there. Small content is compared with its digest, large is not.
  Result<ContentBase> OpenBase(const Digest& digest);
  Result<std::unique_ptr<ContentWriter>> NewWriter() { return files_.NewWriter(); }
  /// Lets readers see all that was put. When it fails, small content put since the last time may be
  /// lost.
  Status Flush() { return packs_.Flush(); }

  /// Removes this content if it is there.
  void Remove(const Digest& digest);
  /// Removes all content that is not in `keep`.
  void Collect(const std::unordered_set<Digest, DigestHash>& keep);
  /// Gives room back to the volume that removed content took; some of it at a time.
  void Compact() { packs_.Compact(); }
  /// Gives back at once all room that needs no writing. What was put since the last Flush may go
  /// with it.
  void Shrink() { packs_.Shrink(); }

  /// Bytes that were brought to it since it was opened, whether they were kept or there already.
  uint64_t brought() const { return put_small_ + files_.written(); }

 private:
  explicit ContentStore(const std::string& directory);

  LargeFiles files_;
  Packs packs_;
  uint64_t put_small_ = 0;  ///< bytes
};

}  // namespace hawser::sync
