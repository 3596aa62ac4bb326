// Reconnects with backoff; what the sender knows of the pod's tree survives.
#include "local-cli/loop/link_machine.h"

#include <utility>

#include "local-cli/cluster/agents.h"

namespace hawser::cli {

namespace {

constexpr Duration kPingEvery = std::chrono::seconds(20);
constexpr int kMissedPings = 2;
constexpr Duration kAskEvery = std::chrono::milliseconds(200);
/// Agent and app start side by side: one is there before the other.
constexpr Duration kContainerPatience = std::chrono::seconds(5);
constexpr BackoffOptions kDialBackoff{.initial = std::chrono::milliseconds(100),
                                      .max = std::chrono::seconds(5)};

/// The sender's actions that leave the machine as they are, or as news.
std::optional<LinkAction> ToLinkAction(sync::Action action) {
  if (auto* send = std::get_if<sync::SendMessages>(&action)) return LinkAction(std::move(*send));
  if (auto* batch = std::get_if<sync::SendBatch>(&action)) return LinkAction(std::move(*batch));
  if (auto* report = std::get_if<sync::Report>(&action)) return LinkNews(std::move(*report));
  if (auto* ready = std::get_if<sync::ReadyReport>(&action)) return LinkNews(*ready);
  if (auto* same = std::get_if<sync::InSync>(&action)) return LinkNews(LinkInSync{same->snapshot});
  if (auto* rescan = std::get_if<sync::Rescan>(&action)) {
    return LinkNews(LinkOutdated{.why = rescan->why, .outrun = rescan->outrun});
  }
  if (auto* ask = std::get_if<sync::AskBeforeRemoving>(&action)) {
    return LinkNews(LinkAsks{ask->removals, ask->files});
  }
  return std::nullopt;
}

}  // namespace

LinkMachine::LinkMachine(sync::SenderOptions options, uint64_t seed, bool ask_status)
    : sender_(std::move(options)), backoff_(kDialBackoff, seed), ask_status_(ask_status) {}

LinkMachine::Actions LinkMachine::OnDialed(const Result<wire::Welcome>& welcome, TimePoint now,
                                           bool direct) {
  if (state_ != State::kDialing) return {};
  if (!welcome.ok()) return Lose(welcome.status(), now);
  state_ = State::kUp;
  wake_at_ = now + kPingEvery;
  unanswered_ = 0;
  heard_ = false;
  missing_since_ = kNoDeadline;
  Actions actions{LinkNews(LinkUp{.agent_version = welcome->agent_version,
                                  .again = std::exchange(was_up_, true),
                                  .direct = direct})};
  Actions more = Translate(sender_.OnWelcome(*welcome, now), now);
  std::move(more.begin(), more.end(), std::back_inserter(actions));
  return actions;
}

LinkMachine::Actions LinkMachine::OnReceived(const Result<wire::Message>& message, TimePoint now) {
  if (state_ != State::kUp) return {};
  if (!message.ok()) return Lose(message.status(), now);
  unanswered_ = 0;
  if (const auto* reject = std::get_if<wire::Reject>(&*message)) {
    const Status reason = RejectStatus(*reject);
    return reject->reason == wire::RejectReason::kSuperseded ? Stop(reason) : Lose(reason, now);
  }
  if (const auto* output = std::get_if<wire::StepOutput>(&*message)) return {LinkNews(*output)};
  if (std::holds_alternative<wire::Pong>(*message)) return {};
  Actions actions = Translate(sender_.OnMessage(*message, now), now);
  if (const auto* status = std::get_if<wire::StatusReply>(&*message)) {
    Actions more = OnStatus(*status, now);
    std::move(more.begin(), more.end(), std::back_inserter(actions));
  }
  return actions;
}

LinkMachine::Actions LinkMachine::OnStatus(const wire::StatusReply& status, TimePoint now) {
  if (ask_at_ == kNoDeadline || !sender_.in_sync()) return {};
  const bool missing = status.app == wire::AppState::kNoSupervisor;
  missing_since_ = missing ? std::min(missing_since_, now) : kNoDeadline;
  // Without a container nobody applies anything: what there is to tell is told.
  const bool gone = missing && now - missing_since_ >= kContainerPatience;
  heard_ = heard_ || status.applied_tree == status.tree || gone;
  if (heard_ && !ask_status_) ask_at_ = kNoDeadline;
  return {LinkNews(LinkRuns{.status = status, .container_missing = gone})};
}

LinkMachine::Actions LinkMachine::OnSnapshot(sync::SnapshotPtr snapshot, TimePoint now) {
  return Translate(sender_.OnSnapshot(std::move(snapshot), now), now);
}

LinkMachine::Actions LinkMachine::OnBatchWritten(const Result<sync::BatchCost>& cost,
                                                 TimePoint now) {
  if (state_ != State::kUp) return {};
  return Translate(sender_.OnBatchWritten(cost, now), now);
}

LinkMachine::Actions LinkMachine::OnRemovalsConfirmed(TimePoint now) {
  return Translate(sender_.ConfirmRemovals(now), now);
}

LinkMachine::Actions LinkMachine::OnTick(TimePoint now) {
  if (now < WakeAt()) return {};
  if (state_ == State::kWaiting) {
    state_ = State::kDialing;
    wake_at_ = kNoDeadline;
    return {Dial{}};
  }
  if (state_ != State::kUp) return {};
  if (now >= sender_.WakeAt()) return Translate(sender_.OnTick(now), now);
  if (now >= ask_at_) {
    ask_at_ = now + kAskEvery;
    return {sync::SendMessages{{wire::StatusRequest{}}}};
  }
  if (unanswered_ >= kMissedPings) {
    return Lose(UnavailableError("the agent does not answer"), now);
  }
  ++unanswered_;
  wake_at_ = now + kPingEvery;
  return {sync::SendMessages{{wire::Ping{.nonce = ++pings_}}}};
}

LinkMachine::Actions LinkMachine::Translate(std::vector<sync::Action> actions, TimePoint now) {
  Actions result;
  for (sync::Action& action : actions) {
    if (const auto* fail = std::get_if<sync::Fail>(&action)) {
      Actions lost = Lose(fail->status, now);
      std::move(lost.begin(), lost.end(), std::back_inserter(result));
      break;
    }
    if (const auto* report = std::get_if<sync::Report>(&action)) {
      heard_ = report->report.result.outcome != wire::BatchOutcome::kNoSupervisor;
    }
    if (std::holds_alternative<sync::InSync>(action)) {
      backoff_.Reset();
      if (ask_status_ || !heard_) ask_at_ = now;
    }
    if (auto translated = ToLinkAction(std::move(action))) result.push_back(std::move(*translated));
  }
  return result;
}

LinkMachine::Actions LinkMachine::Lose(const Status& reason, TimePoint now) {
  state_ = State::kWaiting;
  ask_at_ = kNoDeadline;
  sender_.OnDisconnect();
  wake_at_ = now + backoff_.Next();
  return {HangUp{}, LinkNews(LinkDown{.reason = reason, .attempt = backoff_.failures()})};
}

LinkMachine::Actions LinkMachine::Stop(const Status& reason) {
  state_ = State::kStopped;
  sender_.OnDisconnect();
  wake_at_ = ask_at_ = kNoDeadline;
  return {HangUp{}, LinkNews(LinkDown{.reason = reason, .superseded = true})};
}

}  // namespace hawser::cli
