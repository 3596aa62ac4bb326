// One pod's connection as a state machine: dial, greet, push, keep alive, and begin again when it
// breaks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/backoff.h"
#include "lib/sync/send/sender.h"

namespace hawser::cli {

// News of a link, for whoever coordinates them.
struct LinkUp {
  std::string agent_version;
  bool again = false;   ///< it had been up before
  bool direct = false;  ///< straight to the pod, not through the API server
};
struct LinkDown {
  Status reason;
  int attempt = 0;          ///< tries that failed in a row; 1 is the first
  bool superseded = false;  ///< another client took over: this link does not try again
};
struct LinkInSync {
  sync::SnapshotPtr snapshot;
};
/// What the agent says of the app and of the batch that was applied last. Asked again and again
/// once in sync; or only until the pod has what it confirmed, when no batch of this connection
/// told.
struct LinkRuns {
  wire::StatusReply status;
  bool container_missing = false;  ///< for longer than one needs that just starts
};
struct LinkAsks {  ///< a batch would remove most of the tree
  size_t removals = 0;
  size_t files = 0;
};
struct LinkOutdated {  ///< the snapshot is older than the workspace
  std::string why;
  std::string outrun;  ///< see sync::Rescan
};
using LinkNews = std::variant<LinkUp, LinkDown, LinkInSync, LinkAsks, LinkOutdated, sync::Report,
                              sync::ReadyReport, wire::StepOutput, LinkRuns>;

// What the driver of a link does, in order.
struct Dial {};
struct HangUp {};
using LinkAction = std::variant<Dial, HangUp, sync::SendMessages, sync::SendBatch, LinkNews>;

/// Holds no thread and makes no call: told what happened, it says what to do. Not thread-safe.
class LinkMachine {
 public:
  using Actions = std::vector<LinkAction>;

  /// `ask_status`: ask how the app is for as long as it is in sync.
  LinkMachine(sync::SenderOptions options, uint64_t seed, bool ask_status = false);

  static Actions Start() { return {Dial{}}; }
  /// `direct`: see LinkUp.
  Actions OnDialed(const Result<wire::Welcome>& welcome, TimePoint now, bool direct = false);
  /// A message, or the failure that ended the connection.
  Actions OnReceived(const Result<wire::Message>& message, TimePoint now);
  Actions OnSnapshot(sync::SnapshotPtr snapshot, TimePoint now);
  Actions OnBatchWritten(const Result<sync::BatchCost>& cost, TimePoint now);
  Actions OnRemovalsConfirmed(TimePoint now);
  /// See sync::Sender::OnPodHas.
  void OnPodHas(const std::string& path, const sync::Entry& entry) {
    sender_.OnPodHas(path, entry);
  }
  /// It is WakeAt().
  Actions OnTick(TimePoint now);
  TimePoint WakeAt() const { return std::min({wake_at_, ask_at_, sender_.WakeAt()}); }

 private:
  enum class State { kDialing, kUp, kWaiting, kStopped };

  Actions Translate(std::vector<sync::Action> actions, TimePoint now);
  Actions OnStatus(const wire::StatusReply& status, TimePoint now);
  Actions Lose(const Status& reason, TimePoint now);
  Actions Stop(const Status& reason);

  sync::Sender sender_;
  Backoff backoff_;
  State state_ = State::kDialing;
  TimePoint wake_at_ = kNoDeadline;
  const bool ask_status_;
  TimePoint ask_at_ = kNoDeadline;
  bool heard_ = false;                     ///< on this connection, what came of the last batch
  TimePoint missing_since_ = kNoDeadline;  ///< the app's container, as the agent said
  bool was_up_ = false;
  uint64_t pings_ = 0;
  int unanswered_ = 0;
};

}  // namespace hawser::cli
