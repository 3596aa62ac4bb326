// The sending side of one pod as a state machine: what to do next, given what the pod confirmed and
// what is wanted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/sync/send/actions.h"
#include "lib/sync/send/follow_up.h"
#include "lib/sync/send/held_content.h"
#include "lib/sync/send/in_flight.h"
#include "lib/sync/send/plan.h"
#include "lib/sync/send/restless.h"
#include "lib/sync/tree/fetch.h"
#include "lib/sync/workspace/snapshot.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

struct SenderOptions {
  wire::Configure configure;
  FollowUp follow_up;
  Duration ack_timeout = std::chrono::minutes(10);  ///< steps can be long
  CanPatch can_patch;                               ///< null: the pod is not asked for sums
  BatchBounds bounds;
};

/// One connection's life: Welcome -> a snapshot -> (TreeFetch) -> batches, one in flight, each
/// after asking for sums where they help. A batch leads to the snapshot, or to a tree on the way
/// there: without files that keep changing under it, or as much as one batch may hold. Pure but for
/// the pointers it hands on: no clock, no I/O. Kept across connections: what it knows of the
/// confirmed tree makes reconnects cheap.
class Sender {
 public:
  explicit Sender(SenderOptions options);

  /// A new channel was welcomed.
  std::vector<Action> OnWelcome(const wire::Welcome& welcome, TimePoint now);
  /// The workspace changed (or is known for the first time).
  std::vector<Action> OnSnapshot(SnapshotPtr snapshot, TimePoint now);
  /// A message of the agent other than Welcome, Ping, Pong.
  std::vector<Action> OnMessage(const wire::Message& message, TimePoint now);
  /// WriteBatch ended.
  std::vector<Action> OnBatchWritten(const Result<BatchCost>& cost, TimePoint now);
  /// Someone said yes to AskBeforeRemoving.
  std::vector<Action> ConfirmRemovals(TimePoint now);
  /// The container has `entry` at `path` although it was not confirmed: bringing it there calls for
  /// no step and no restart.
  void OnPodHas(const std::string& path, const Entry& entry) { pod_has_[path] = entry; }
  /// Call at WakeAt, and now and then while connected: fails when a result is overdue.
  std::vector<Action> OnTick(TimePoint now);
  /// When there may be something to send although nothing happened.
  TimePoint WakeAt() const;
  /// The channel is gone; what is known stays.
  void OnDisconnect();

  /// True when the pod confirmed exactly the newest snapshot.
  bool in_sync() const;

 private:
  enum class State {
    kDisconnected,
    kWelcomed,
    kComparing,
    kIdle,
    kAskingSums,
    kSending,
    kAwaitingResult,
    kAsking
  };

  std::vector<Action> Meet(TimePoint now);
  std::vector<Action> Next(TimePoint now);
  std::vector<Action> Compare(const Digest& tree, TimePoint now);
  std::vector<Action> OnCompared(Result<std::vector<wire::Message>> next, TimePoint now);
  std::vector<Action> Rest();
  std::vector<Action> Begin(Waypoint way, SyncPlan plan, TimePoint now);
  std::vector<Action> OnChanged(const std::string& path, TimePoint now);
  SnapshotPtr SnapshotOf(const Tree& tree) const;
  SyncPlan WithoutWhatThePodHas(const SyncPlan& plan);
  std::vector<Action> Send();
  std::vector<Action> OnSums(const wire::SumsReply& reply);
  std::vector<Action> OnNeed(const wire::Need& need);
  std::vector<Action> OnProgress(const wire::Progress& progress, TimePoint now);
  std::vector<Action> OnResult(const wire::BatchResult& result, TimePoint now);
  std::vector<Action> OnStale(const Digest& tree);
  bool Recognise(const Digest& tree);
  void Confirm(Tree tree);
  void Adopt(SnapshotPtr snapshot);

  SenderOptions options_;
  State state_ = State::kDisconnected;
  uint16_t version_ = 0;  ///< of the protocol, agreed on this connection
  SnapshotPtr wanted_;
  Digest welcome_tree_;  ///< what the pod said that it holds
  Tree confirmed_;
  Digest confirmed_digest_;         ///< zero: the pod never confirmed anything
  SnapshotPtr confirmed_snapshot_;  ///< where `confirmed_` came from, when it came from here
  HeldContent held_;
  RestlessFiles restless_;
  bool starts_ = false;  ///< a pod that had nothing got a part of its first tree, and no more yet
  std::map<std::string, Entry> pod_has_;  ///< see OnPodHas
  std::optional<TreeFetch> fetch_;        ///< while comparing
  uint64_t last_batch_ = 0;
  int stale_results_ = 0;  ///< in a row
  bool removals_confirmed_ = false;
  std::shared_ptr<InFlight> in_flight_;
  std::shared_ptr<InFlight> finished_;  ///< the batch before, until its app is ready
};

}  // namespace hawser::sync
