// What the agent holds for its session: the saved state and the content store behind it.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include "agent/volume.h"
#include "lib/base/result.h"
#include "lib/sync/agent_state.h"
#include "lib/sync/batch_reader.h"
#include "lib/sync/store.h"

namespace hawser::agent {

/// Owns DIR/state and DIR/store. A change counts only once it is saved. One thread.
class ConfirmedState {
 public:
  /// Opens or makes both. A damaged state file is reported in `warning` and treated as if there was
  /// none: the client then sends everything again.
  static Result<std::unique_ptr<ConfirmedState>> Open(const Volume& volume, std::string* warning);

  const sync::AgentState& state() const { return state_; }
  /// Digest of the confirmed tree; zero when nothing was ever confirmed.
  const Digest& digest() const { return digest_; }

  /// Puts `configure` in force unless it is older than the one there is. True when it differs from
  /// that one.
  Result<bool> SetConfigure(const wire::Configure& configure);

  /// A reader for the next batch. Must be gone before Commit.
  std::unique_ptr<sync::BatchReader> NewReader();

  /// Makes the batch's tree the confirmed one.
  Status Commit(const sync::StagedBatch& batch);

  /// Drops stored content that neither the confirmed tree nor the one before needs. Call when no
  /// batch is being read and the supervisor is at rest.
  void CollectGarbage();

 private:
  using Digests = std::unordered_set<Digest, DigestHash>;

  ConfirmedState(std::string path, std::unique_ptr<sync::ContentStore> store);
  Status Replace(sync::AgentState state);
  static Digests ContentOf(const sync::Tree& tree);

  const std::string path_;
  const std::unique_ptr<sync::ContentStore> store_;
  sync::AgentState state_;
  Digest digest_;
  Digests previous_;  ///< content of the tree before: bases of patches that are on their way
  bool garbage_ = true;
};

}  // namespace hawser::agent
