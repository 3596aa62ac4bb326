// What the agent holds for its session: the saved state and the content store behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "agent/serve/retired_content.h"
#include "agent/volume.h"
#include "lib/base/result.h"
#include "lib/sync/stage/agent_state.h"
#include "lib/sync/stage/batch_reader.h"
#include "lib/sync/stage/state_journal.h"
#include "lib/sync/store/content_store.h"

namespace hawser::agent {

/// Owns DIR/state and DIR/store. A change counts only once it is saved. When the disk is full, all
/// stored content but the confirmed tree's is dropped at once. One thread.
class ConfirmedState {
 public:
  /// Bounds of what is kept of replaced content, and of batches.
  struct Limits {
    RetiredContent::Limits retired;
    sync::BatchLimits batches;
  };

  /// Opens or makes both. A damaged state file is reported in `warning` and treated as if there was
  /// none: the client then sends everything again.
  static Result<std::unique_ptr<ConfirmedState>> Open(const Volume& volume, std::string* warning) {
    return Open(volume, warning, {});
  }
  static Result<std::unique_ptr<ConfirmedState>> Open(const Volume& volume, std::string* warning,
                                                      const Limits& limits);

  const sync::AgentState& state() const { return state_; }
  /// Digest of the confirmed tree; zero when nothing was ever confirmed.
  Digest digest() const { return state_.last_batch == 0 ? Digest() : state_.tree.digest(); }

  /// Puts `configure` in force unless it is older than the one there is. True when it differs from
  /// that one.
  Result<bool> SetConfigure(const wire::Configure& configure);

  /// A reader for the next batch. Must be gone before Commit, and before the next one is made.
  std::unique_ptr<sync::BatchReader> NewReader();

  /// Makes the batch's tree the confirmed one.
  Status Commit(const sync::StagedBatch& batch);

  /// What stored content is made of, whether a file of the tree has it or had it. Reads all of it.
  /// not_found when it is not there; invalid_argument when it is too small or too large.
  Result<wire::BlockSums> SumsOf(const Digest& content);
  /// The same of a range alone, of which all is read. invalid_argument when it does not lie within
  /// the content.
  Result<wire::BlockSums> SumsOf(const wire::ContentRange& range);

  /// Drops stored content that was replaced long ago, now and then, and what batches brought that
  /// came to nothing. Call when no batch is being read and the supervisor is at rest.
  void CollectGarbage();

  /// Takes a large tree out of memory until it is needed. Nothing depends on it.
  void Rest();

 private:
  ConfirmedState(const Volume& volume, std::unique_ptr<sync::ContentStore> store,
                 const Limits& limits)
      : volume_(volume),
        store_(std::move(store)),
        journal_(volume.State()),
        limits_(limits),
        retired_(limits.retired) {}
  /// Bytes that were brought to the store since the last Sweep for batches that are not confirmed.
  uint64_t Unclaimed() const { return store_->brought() - claimed_; }
  /// Drops all stored content that neither the confirmed tree holds nor `retired_`.
  void Sweep();
  void MakeRoom();
  Status Take(const sync::StateDelta& delta, const Digest& tree);

  const Volume volume_;
  const std::unique_ptr<sync::ContentStore> store_;
  sync::StateJournal journal_;
  sync::AgentState state_;
  const Limits limits_;
  RetiredContent retired_;
  bool swept_ = false;    ///< what runs before this one left was removed
  uint64_t claimed_ = 0;  ///< of the bytes brought to the store, those that are accounted for
};

}  // namespace hawser::agent
