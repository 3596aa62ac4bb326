// The agent's state file: steps appended one after another, read by agent and supervisor.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "lib/base/result.h"
#include "lib/base/unique_fd.h"
#include "lib/sync/stage/agent_state.h"
#include "lib/sync/stage/state_record.h"

namespace hawser::sync {

/// Reads the steps of a state file, and those that come later. Holds no state: the memory of one
/// record. One thread.
class StateFollower {
 public:
  explicit StateFollower(std::string path) : path_(std::move(path)) {}

  /// Takes a step, or a piece of one; every call of Follow ends with a whole step.
  using Sink = std::function<void(const StateDelta&)>;

  /// Passes on what was committed since the last call; the first time, everything. A step that is
  /// not whole (the writer died, or still writes) waits for its rest. not_found: there is no file
  /// yet; data_loss: it is damaged; aborted: it was replaced by one that does not go on from what
  /// was read here, so a new follower must begin.
  Status Follow(const Sink& sink);

  /// The tree that the last step led to, and its batch.
  const Digest& tree() const { return position_.tree; }
  uint64_t last_batch() const { return position_.last_batch; }

 private:
  struct Position {
    uint64_t offset = 0;  ///< of the next frame
    Digest check;         ///< of the frame before
    uint64_t last_batch = 0;
    Digest tree;
    bool started = false;  ///< a step was read
  };

  Status Open();
  Status Reopen();
  /// The next whole frame after `position`, read into `bytes`.
  Result<std::optional<StateFrame>> ReadFrame(const Position& position, std::string& bytes) const;
  /// Where the step after `position` ends; nothing when it is not whole.
  Result<std::optional<Position>> EndOfStep(Position position) const;
  /// Passes on all records up to `end`.
  Status Deliver(const Position& end, const Sink& sink);

  std::string path_;
  UniqueFd fd_;
  uint64_t inode_ = 0;
  Position position_;
};

/// The whole state that the file at `path` leads to. Codes as StateFollower::Follow.
Result<AgentState> LoadAgentState(const std::string& path);

/// Writes the state file: a step costs what it holds; now and then the file is written anew, so
/// that it stays in proportion to the state. One thread, one writer.
class StateJournal {
 public:
  explicit StateJournal(std::string path) : path_(std::move(path)) {}

  /// Commits the step from `current`, which the file leads to (or is to, when there is none), to
  /// `tree`. When it fails the file leads to `current` still.
  Status Append(const AgentState& current, const StateDelta& delta, const Digest& tree);

  /// Replaces the file by one that leads to `state` at once: by rename, mode 0644.
  Status Rewrite(const AgentState& state);

 private:
  Status Write(const StateDelta& delta, const Digest& tree);

  const std::string path_;
  UniqueFd fd_;  ///< invalid: the next step begins with a new file
  uint64_t size_ = 0;
  uint64_t rewrite_at_ = 0;  ///< size at which the file is written anew
  Digest check_;             ///< of the last frame
};

}  // namespace hawser::sync
