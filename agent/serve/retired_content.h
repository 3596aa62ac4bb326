// Content that the confirmed tree no longer holds, kept a while because it may come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_set>

#include "lib/base/digest.h"
#include "lib/sync/stage/agent_state.h"
#include "lib/sync/store/content_store.h"

namespace hawser::agent {

/// Remembers what batches replaced, oldest first, and says when that is too much. A branch that is
/// switched back, and a patch that was on its way, find their content in the store. One thread.
class RetiredContent {
 public:
  struct Limits {
    uint64_t max_bytes = 64U << 20;
    size_t max_files = 4096;
  };

  explicit RetiredContent(Limits limits) : limits_(limits) {}

  /// Notes the content that `edits` replace in `tree`, as one batch.
  void Add(const sync::Tree& tree, const sync::TreeEdits& edits);
  /// Adds the digests of all to `digests`.
  void AddTo(std::unordered_set<Digest, DigestHash>& digests) const;
  /// Forgets all, which stays in the store until somebody collects there.
  void Forget();
  bool is_full() const { return bytes_ > limits_.max_bytes || items_.size() > limits_.max_files; }
  /// Removes the oldest down to half of the limits from the store, but for what `tree` holds and
  /// what the last batch replaced. Walks the whole tree.
  void Trim(const sync::Tree& tree, sync::ContentStore& store);

 private:
  struct Item {
    Digest digest;
    uint64_t size = 0;
  };

  const Limits limits_;
  std::deque<Item> items_;  ///< oldest first
  size_t newest_ = 0;       ///< of them, those of the last batch
  uint64_t bytes_ = 0;
};

}  // namespace hawser::agent
