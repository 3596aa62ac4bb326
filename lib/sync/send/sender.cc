// The sending side of one pod as a state machine: what to do next, given what the pod confirmed and
// what is wanted.
#include "lib/sync/send/sender.h"

#include <iterator>
#include <set>
#include <utility>

#include "lib/sync/send/follow_up.h"
#include "lib/sync/send/timeline.h"

namespace hawser::sync {

namespace {

/// More stale results in a row than this mean that the agent and we do not agree on what a tree is.
constexpr int kMaxStale = 2;

void Append(std::vector<Action>& actions, std::vector<Action> more) {
  actions.insert(actions.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
}

Status RejectionStatus(const wire::Reject& reject) {
  switch (reject.reason) {
    case wire::RejectReason::kVersion:
      return UnimplementedError(reject.message);
    case wire::RejectReason::kWrongSession:
      return PermissionDeniedError(reject.message);
    case wire::RejectReason::kSuperseded:
      return FailedPreconditionError(reject.message);
    case wire::RejectReason::kShuttingDown:
      return UnavailableError(reject.message);
    case wire::RejectReason::kProtocol:
      break;
  }
  return InternalError(reject.message);
}

}  // namespace

Sender::Sender(SenderOptions options) : options_(std::move(options)) {}

std::vector<Action> Sender::OnWelcome(const wire::Welcome& welcome, TimePoint now) {
  if (welcome.version < wire::kOldestVersion || welcome.version > wire::kProtocolVersion) {
    return {Fail{UnimplementedError("the agent speaks protocol version " +
                                    std::to_string(welcome.version))}};
  }
  version_ = welcome.version;
  last_batch_ = welcome.last_batch;
  stale_results_ = 0;
  // Each time, as the generation does not tell all: roots also depend on what is in the workspace.
  std::vector<Action> actions{SendMessages{{options_.configure}}};
  state_ = State::kWelcomed;
  welcome_tree_ = welcome.tree;
  Append(actions, Meet(now));
  return actions;
}

/// Learns what the pod holds. It waits for a snapshot: a pod that holds the same need not tell.
std::vector<Action> Sender::Meet(TimePoint now) {
  if (wanted_ == nullptr) return {};
  const bool known = Recognise(welcome_tree_);
  in_flight_.reset();
  if (!known) return Compare(welcome_tree_, now);
  state_ = State::kIdle;
  return Next(now);
}

/// True when the tree with this digest is at hand; it is then the confirmed one.
bool Sender::Recognise(const Digest& tree) {
  if (tree.IsZero()) {
    confirmed_ = {};
    confirmed_digest_ = tree;
    confirmed_snapshot_.reset();
    held_ = {};
    return true;
  }
  if (tree == confirmed_digest_) return true;
  // The connection may have broken between a batch and its result.
  for (const SnapshotPtr& candidate : {in_flight_ ? in_flight_->snapshot : nullptr, wanted_}) {
    if (candidate == nullptr || candidate->digest != tree) continue;
    Adopt(candidate);
    return true;
  }
  return false;
}

void Sender::Confirm(Tree tree) {
  held_.Learn(confirmed_, tree);
  confirmed_ = std::move(tree);
  confirmed_digest_ = confirmed_.digest();
  confirmed_snapshot_.reset();
}

void Sender::Adopt(SnapshotPtr snapshot) {
  Confirm(snapshot->tree);
  confirmed_snapshot_ = std::move(snapshot);
}

/// Learns the pod's tree, whose digest is `tree`.
std::vector<Action> Sender::Compare(const Digest& tree, TimePoint now) {
  state_ = State::kComparing;
  fetch_.emplace(tree, std::vector<Tree>{confirmed_, wanted_->tree});
  return OnCompared(fetch_->Begin(), now);
}

std::vector<Action> Sender::OnCompared(Result<std::vector<wire::Message>> next, TimePoint now) {
  if (!next.ok()) return {Fail{next.status()}};
  if (!next->empty()) return {SendMessages{*std::move(next)}};
  if (!fetch_->tree().has_value()) return {};
  Confirm(*fetch_->tree());
  fetch_.reset();
  state_ = State::kIdle;
  return Next(now);
}

std::vector<Action> Sender::OnSnapshot(SnapshotPtr snapshot, TimePoint now) {
  if (wanted_ != nullptr) restless_.OnWanted(wanted_->tree, snapshot->tree, now);
  wanted_ = std::move(snapshot);
  removals_confirmed_ = false;
  return state_ == State::kWelcomed ? Meet(now) : Next(now);
}

std::vector<Action> Sender::ConfirmRemovals(TimePoint now) {
  if (state_ != State::kAsking) return {};
  removals_confirmed_ = true;
  return Next(now);
}

std::vector<Action> Sender::Next(TimePoint now) {
  const bool free = state_ == State::kIdle || state_ == State::kAsking;
  if (!free || wanted_ == nullptr) return {};
  state_ = State::kIdle;
  SyncPlan plan = Plan(wanted_->tree, confirmed_);
  // A pod that never confirmed anything waits for a first batch, even if that is empty.
  if (plan.empty() && !confirmed_digest_.IsZero()) return Rest();
  if (!removals_confirmed_ && RemovesMost(plan, confirmed_)) {
    state_ = State::kAsking;
    return {AskBeforeRemoving{plan.removals, confirmed_.size()}};
  }
  Waypoint way{.tree = wanted_->tree, .alone = {}};
  if (!restless_.empty() && !plan.empty()) {
    way = restless_.Next(wanted_->tree, confirmed_, now);
    plan = Plan(way.tree, confirmed_);
    if (plan.empty()) return {};  // until WakeAt
  }
  return Begin(std::move(way), std::move(plan), now);
}

/// The pod holds what is wanted: all that was on the way there is over.
std::vector<Action> Sender::Rest() {
  Adopt(wanted_);
  restless_ = {};
  starts_ = false;
  removals_confirmed_ = false;
  return {InSync{wanted_}};
}

/// What `tree`, one on the way to the wanted one, is to those who look at snapshots.
SnapshotPtr Sender::SnapshotOf(const Tree& tree) const {
  if (tree.digest() == wanted_->digest) return wanted_;
  auto snapshot = std::make_shared<Snapshot>(*wanted_);
  snapshot->tree = tree;
  snapshot->digest = tree.digest();
  return snapshot;
}

std::vector<Action> Sender::Begin(Waypoint way, SyncPlan plan, TimePoint now) {
  const size_t changes = plan.changes.size();
  plan = FirstPart(std::move(plan), way.tree, options_.bounds);
  const bool is_part = plan.changes.size() < changes;
  if (is_part) way.tree = confirmed_.With(EditsOf(plan));
  const bool fresh = confirmed_digest_.IsZero() || starts_;
  starts_ = fresh && is_part;
  in_flight_ = std::make_shared<InFlight>();
  in_flight_->snapshot = SnapshotOf(way.tree);
  in_flight_->alone = std::move(way.alone);
  in_flight_->before = confirmed_snapshot_;
  in_flight_->confirmed = confirmed_;
  in_flight_->base_tree = confirmed_digest_;
  in_flight_->number = last_batch_ + 1;
  in_flight_->consequences = Follow(options_.follow_up, WithoutWhatThePodHas(plan), wanted_.get(),
                                    confirmed_snapshot_.get(), fresh);
  in_flight_->plan = std::move(plan);
  in_flight_->waiting_since = now;
  in_flight_->timeline.seen = wanted_->seen == TimePoint{} ? now : wanted_->seen;
  in_flight_->timeline.scanning = wanted_->scanning;
  in_flight_->timeline.scanned = wanted_->scanned;
  if (!options_.can_patch) return Send();
  const KnownBlocks* blocks = version_ >= wire::kRangeSumsVersion ? wanted_->blocks.get() : nullptr;
  std::vector<SumsQuestion> worth_asking =
      WorthAsking(in_flight_->plan, confirmed_, held_, options_.can_patch, blocks);
  if (worth_asking.empty()) return Send();
  state_ = State::kAskingSums;
  in_flight_->inquiry.emplace(std::move(worth_asking));
  return {SendMessages{{in_flight_->inquiry->Request()}}};
}

std::vector<Action> Sender::OnSums(const wire::SumsReply& reply) {
  if (state_ != State::kAskingSums) return {};
  if (const Status taken = in_flight_->inquiry->OnReply(reply); !taken.ok()) return {Fail{taken}};
  return in_flight_->inquiry->complete() ? Send() : std::vector<Action>();
}

std::vector<Action> Sender::Send() {
  state_ = State::kSending;
  return {SendBatch{MakeRequest(in_flight_, held_)}};
}

/// What of the plan changes the container, as far as is known.
SyncPlan Sender::WithoutWhatThePodHas(const SyncPlan& plan) {
  SyncPlan changing;
  for (const PlannedChange& change : plan.changes) {
    const auto has = pod_has_.find(change.path);
    const bool same =
        has != pod_has_.end() && !change.remove && has->second.SameContent(change.entry);
    if (same) continue;
    if (has != pod_has_.end()) pod_has_.erase(has);  // it is about to be replaced
    changing.changes.push_back(change);
  }
  return changing;
}

std::vector<Action> Sender::OnBatchWritten(const Result<BatchCost>& cost, TimePoint now) {
  if (state_ != State::kSending) return {};
  if (!cost.ok()) return {Fail{cost.status()}};
  if (cost->changed.empty()) {
    state_ = State::kAwaitingResult;
    in_flight_->cost = *cost;
    in_flight_->timeline.encoded = cost->encoded;
    in_flight_->timeline.sent = cost->sent;
    in_flight_->waiting_since = now;
    return {};
  }
  return OnChanged(cost->changed, now);
}

/// A file of the batch is no longer what the batch promised: it goes without it, once the workspace
/// was looked at.
std::vector<Action> Sender::OnChanged(const std::string& path, TimePoint now) {
  const std::shared_ptr<InFlight> given_up = std::exchange(in_flight_, nullptr);
  state_ = State::kIdle;
  const bool alone = given_up->alone == path;
  restless_.OnChanged(path, alone ? now - given_up->waiting_since : Duration::zero(), now);
  const std::string source = given_up->snapshot->sources.Find(path).value_or(path);
  return {Rescan{.why = source + " changed while it was sent", .outrun = alone ? source : ""}};
}

std::vector<Action> Sender::OnMessage(const wire::Message& message, TimePoint now) {
  if (const auto* result = std::get_if<wire::BatchResult>(&message)) return OnResult(*result, now);
  if (const auto* progress = std::get_if<wire::Progress>(&message)) {
    return OnProgress(*progress, now);
  }
  if (const auto* need = std::get_if<wire::Need>(&message)) return OnNeed(*need);
  if (const auto* sums = std::get_if<wire::SumsReply>(&message)) return OnSums(*sums);
  if (state_ == State::kComparing) {
    if (const auto* nodes = std::get_if<wire::NodesReply>(&message)) {
      return OnCompared(fetch_->OnNodes(*nodes), now);
    }
    if (const auto* tree = std::get_if<wire::TreeReply>(&message)) {
      fetch_->OnTree(*tree);
      return OnCompared(std::vector<wire::Message>(), now);
    }
  }
  if (const auto* reject = std::get_if<wire::Reject>(&message)) {
    return {Fail{RejectionStatus(*reject)}};
  }
  if (const auto* status = std::get_if<wire::StatusReply>(&message)) {
    if (state_ == State::kComparing) last_batch_ = status->last_batch;
  }
  return {};
}

std::vector<Action> Sender::OnNeed(const wire::Need& need) {
  if (state_ != State::kAwaitingResult || need.number != in_flight_->number) return {};
  for (const uint32_t change : need.changes) {
    if (change >= in_flight_->plan.changes.size() ||
        !in_flight_->send_whole.insert(change).second) {
      return {
          Fail{DataLossError("the pod can't make change " + std::to_string(change) + " of batch " +
                             std::to_string(need.number) + " even from the whole file")}};
    }
    held_.Forget(in_flight_->plan.changes[change].entry.digest);
  }
  return Send();
}

std::vector<Action> Sender::OnProgress(const wire::Progress& progress, TimePoint now) {
  if (in_flight_ != nullptr && progress.number == in_flight_->number) {
    in_flight_->phases.Note(progress, now);
    return {};
  }
  if (finished_ == nullptr || progress.number != finished_->number ||
      progress.phase != wire::Phase::kReady) {
    return {};
  }
  ReadyReport ready{progress.number, finished_->timeline};
  finished_->phases.Note(progress, now);
  finished_->phases.Place(ready.timeline);
  finished_.reset();
  return {ready};
}

std::vector<Action> Sender::OnResult(const wire::BatchResult& result, TimePoint now) {
  const bool ours = state_ == State::kAwaitingResult || state_ == State::kSending;
  if (!ours || result.number != in_flight_->number) return {};
  if (result.outcome == wire::BatchOutcome::kStale) return OnStale(result.tree);
  const std::shared_ptr<InFlight> done = std::exchange(in_flight_, nullptr);
  state_ = State::kIdle;
  std::vector<Action> actions{Action(Report{MakeReport(*done, result)})};
  if (result.outcome == wire::BatchOutcome::kFailed) {
    actions.push_back(
        Fail{UnavailableError("the pod could not take the batch: " + result.message)});
    return actions;
  }
  last_batch_ = result.number;
  stale_results_ = 0;
  restless_.OnConfirmed(done->alone);
  finished_ = done;
  if (result.tree == done->snapshot->digest) {
    Adopt(done->snapshot);
    Append(actions, Next(now));
  } else {
    Append(actions, Compare(result.tree, now));
  }
  return actions;
}

std::vector<Action> Sender::OnStale(const Digest& tree) {
  in_flight_.reset();
  if (++stale_results_ > kMaxStale) {
    return {Fail{AbortedError("the pod's tree keeps changing under our batches")}};
  }
  state_ = State::kComparing;
  fetch_.emplace(tree, std::vector<Tree>());
  std::vector<wire::Message> messages = fetch_->Begin();
  // The number of the next batch has to be known before the tree is.
  messages.insert(messages.begin(), wire::StatusRequest{});
  return {SendMessages{std::move(messages)}};
}

TimePoint Sender::WakeAt() const {
  return state_ == State::kIdle ? restless_.WakeAt() : kNoDeadline;
}

std::vector<Action> Sender::OnTick(TimePoint now) {
  if (now >= WakeAt()) return Next(now);
  const bool waits = state_ == State::kAwaitingResult || state_ == State::kAskingSums;
  if (!waits || now - in_flight_->waiting_since <= options_.ack_timeout) return {};
  return {Fail{DeadlineExceededError("the pod did not answer about batch " +
                                     std::to_string(in_flight_->number) + " in time")}};
}

void Sender::OnDisconnect() {
  // What is in flight may have arrived: the next Welcome tells.
  state_ = State::kDisconnected;
  fetch_.reset();
  finished_.reset();
}

bool Sender::in_sync() const {
  return state_ == State::kIdle && wanted_ != nullptr && wanted_->digest == confirmed_digest_;
}

}  // namespace hawser::sync
