// The rules of forwarding back.
#include "local-cli/forward/reverse_machine.h"

#include <algorithm>

namespace hawser::cli {

namespace {

constexpr int kPingsMissed = 2;
constexpr BackoffOptions kReachBackoff{.initial = std::chrono::milliseconds(100),
                                       .max = std::chrono::seconds(5)};

std::string PortOfPod(const std::string& pod, uint16_t port) {
  return "port " + std::to_string(port) + " of pod " + pod;
}

/// True when another try can't help without someone changing something first.
bool NeedsAPerson(const Status& status) {
  return status.code() == Code::kPermissionDenied || status.code() == Code::kFailedPrecondition;
}

}  // namespace

ReverseMachine::Actions ReverseMachine::Step(const ReverseInput& input, TimePoint now) {
  now_ = now;
  if (!ended_) std::visit([this](const auto& what) { On(what); }, input);
  return std::exchange(actions_, {});
}

ReverseMachine::Actions ReverseMachine::OnTick(TimePoint now) {
  now_ = now;
  if (!ended_) {
    for (auto& [uid, pod] : pods_) Tick(uid, pod);
  }
  return std::exchange(actions_, {});
}

TimePoint ReverseMachine::WakeAt() const {
  TimePoint wake = kNoDeadline;
  if (ended_) return wake;
  for (const auto& [uid, pod] : pods_) wake = std::min({wake, pod.wake_at, pod.ask_at});
  return wake;
}

void ReverseMachine::Tick(const std::string& uid, Pod& pod) {
  if (pod.state == Pod::State::kUp && pod.ask_at <= now_) Ask(uid, pod);
  if (pod.wake_at > now_) return;
  if (pod.state == Pod::State::kAway) {
    pod.state = Pod::State::kReaching;
    pod.wake_at = kNoDeadline;
    actions_.emplace_back(ReachAgent{.uid = uid, .pod = pod.name});
  } else if (pod.state == Pod::State::kUp) {
    if (pod.unanswered >= kPingsMissed) {
      actions_.emplace_back(LeaveAgent{uid});
      return Lose(pod, UnavailableError("the agent does not answer"));
    }
    Ping(uid, pod);
  }
}

void ReverseMachine::On(const PodsSeen& input) {
  std::set<std::string> there;
  for (const PodView& view : input.pods) {
    // One that is ending may still need what it reached here.
    const bool known = pods_.contains(view.uid);
    if (!view.agent_running || (view.ending && !known)) continue;
    there.insert(view.uid);
    if (known) continue;
    pods_.emplace(view.uid,
                  Pod{.name = view.name, .backoff = Backoff(kReachBackoff, options_.seed)});
    actions_.emplace_back(ReachAgent{.uid = view.uid, .pod = view.name});
  }
  std::vector<std::string> gone;
  for (const auto& [uid, pod] : pods_) {
    if (!there.contains(uid)) gone.push_back(uid);
  }
  for (const std::string& uid : gone) Drop(uid);
  told_trouble_.reset();
  if (!pods_.empty() || std::exchange(told_nobody_, true)) return;
  const std::string why = ExplainNotReady(options_.session);
  Show(Notice{"waiting for a pod whose agent runs" + (why.empty() ? "" : ": " + why)});
}

/// Forgets a pod that is gone, with its connections.
void ReverseMachine::Drop(const std::string& uid) {
  actions_.emplace_back(LeaveAgent{uid});
  std::vector<CarryId> lost;
  for (const auto& [id, connection] : connections_) {
    if (connection.uid == uid) lost.push_back(id);
  }
  for (const CarryId id : lost) {
    const bool carried = connections_.at(id).number != 0;
    if (carried)
      On(CarryEnded{.carry = id, .result = {.status = UnavailableError("the pod is gone")}});
    connections_.erase(id);
    actions_.emplace_back(DropCarry{id});
  }
  pods_.erase(uid);
}

void ReverseMachine::On(const SessionSeen& input) {
  options_.session = input.session;
  told_trouble_.reset();
}

void ReverseMachine::On(const SessionGone&) {
  End(NotFoundError("session " + options_.session.name + " was deleted"));
}

void ReverseMachine::On(const ClusterTrouble& input) {
  if (told_trouble_ == input.status.code()) return;
  told_trouble_ = input.status.code();
  Show(Warning{"the API server can't be watched, trying again: " + input.status.message()});
}

void ReverseMachine::On(const AgentReached& input) {
  const auto found = pods_.find(input.uid);
  if (found == pods_.end()) return;
  Pod& pod = found->second;
  pod.state = Pod::State::kUp;
  pod.version = input.agent_version;
  pod.unanswered = 0;
  pod.ports.clear();
  Ask(input.uid, pod);
  // An agent that answers this and not what was asked before it does not know how to listen.
  Ping(input.uid, pod);
}

void ReverseMachine::Ask(const std::string& uid, Pod& pod) {
  pod.ask_at = kNoDeadline;
  for (const ReverseRequest& request : options_.requests) {
    Asked& asked = pod.ports[request.remote];
    if (asked == Asked::kListens || asked == Asked::kSent) continue;
    asked = Asked::kSent;
    actions_.emplace_back(
        TellAgent{.uid = uid, .message = wire::ListenRequest{.port = request.remote}});
  }
}

void ReverseMachine::Ping(const std::string& uid, Pod& pod) {
  ++pod.unanswered;
  pod.wake_at = now_ + kPingEvery;
  actions_.emplace_back(TellAgent{.uid = uid, .message = wire::Ping{.nonce = 1}});
}

void ReverseMachine::On(const AgentLost& input) {
  const auto found = pods_.find(input.uid);
  if (found == pods_.end()) return;
  if (NeedsAPerson(input.reason) && listened_.empty()) return End(input.reason);
  Lose(found->second, input.reason);
}

void ReverseMachine::Lose(Pod& pod, const Status& reason) {
  pod.state = Pod::State::kAway;
  pod.ask_at = kNoDeadline;
  pod.wake_at = now_ + pod.backoff.Next();
  if (!std::exchange(pod.told_lost, true)) {
    Show(PodLost{.pod = pod.name, .reason = reason});
  }
}

void ReverseMachine::On(const AgentSaid& input) {
  const auto found = pods_.find(input.uid);
  if (found == pods_.end()) return;
  Pod& pod = found->second;
  if (const auto* reply = std::get_if<wire::ListenReply>(&input.message)) {
    Hear(pod, *reply);
  } else if (const auto* arrival = std::get_if<wire::Arrival>(&input.message)) {
    Hear(input.uid, pod, *arrival);
  } else if (std::holds_alternative<wire::Pong>(input.message)) {
    HearPong(pod);
  }
}

void ReverseMachine::Hear(Pod& pod, const wire::ListenReply& reply) {
  const ReverseRequest* request = Find(reply.port);
  if (request == nullptr) return;
  Asked& asked = pod.ports[reply.port];
  if (!reply.trouble.empty()) {
    if (asked == Asked::kListens) {
      return End(AbortedError(PortOfPod(pod.name, reply.port) + ": " + reply.trouble));
    }
    asked = Asked::kRefused;
    pod.ask_at = now_ + kAskAgain;
    return Refused(pod, reply.port, FailedPreconditionError(reply.trouble));
  }
  asked = Asked::kListens;
  listened_.insert(reply.port);
  pod.told_lost = false;
  pod.told.clear();
  pod.backoff.Reset();
  Show(PortReversed{.pod = pod.name, .remote = reply.port, .target = TargetText(*request)});
}

void ReverseMachine::HearPong(Pod& pod) {
  pod.unanswered = 0;
  for (auto& [port, asked] : pod.ports) {
    if (asked != Asked::kSent) continue;
    asked = Asked::kRefused;
    Refused(
        pod, port,
        UnimplementedError("its agent (hawser " + pod.version +
                           ") is too old to forward back; bring the controller to the release of "
                           "this command and restart the pod"));
    if (ended_) return;
  }
}

/// The first thing heard of a port decides whether what was asked for makes sense.
void ReverseMachine::Refused(Pod& pod, uint16_t port, const Status& why) {
  const std::string text = PortOfPod(pod.name, port) + " does not lead here: " + why.message();
  if (!listened_.contains(port)) return End({why.code(), text});
  if (pod.told.insert(text).second) Show(Warning{text});
}

void ReverseMachine::Hear(const std::string& uid, const Pod& pod, const wire::Arrival& arrival) {
  const ReverseRequest* request = Find(arrival.port);
  const bool full = connections_.size() >= kMaxConnections;
  if (request == nullptr || full) {
    actions_.emplace_back(TellAgent{.uid = uid, .message = wire::ArrivalRefused{arrival.id}});
    if (full && !std::exchange(told_full_, true)) {
      Show(Warning{std::to_string(kMaxConnections) +
                   " connections are open; more are refused until some end"});
    }
    return;
  }
  const CarryId id = ++last_carry_;
  connections_[id] = {
      .uid = uid, .pod = pod.name, .arrival = arrival.id, .target = *request, .begun = now_};
  actions_.emplace_back(
      BeginCarry{.carry = id, .pod = pod.name, .arrival = arrival.id, .target = *request});
}

void ReverseMachine::On(const CarryBegun& input) {
  const auto found = connections_.find(input.carry);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.number = ++carried_;
  told_missed_.erase(connection.target.remote);
  if (!options_.tell_connections) return;
  Show(ConnectionOpened{.connection = connection.number,
                        .name = std::to_string(connection.target.remote),
                        .pod = connection.pod,
                        .from = TargetText(connection.target),
                        .reverse = true});
}

void ReverseMachine::On(const TargetMissed& input) {
  const auto found = connections_.find(input.carry);
  if (found == connections_.end()) return;
  const Connection connection = std::move(found->second);
  connections_.erase(found);
  actions_.emplace_back(
      TellAgent{.uid = connection.uid, .message = wire::ArrivalRefused{connection.arrival}});
  if (!told_missed_.insert(connection.target.remote).second) return;
  Show(Warning{"a connection from pod " + connection.pod + " was reset: " + input.reason.message() +
               "; start what should answer there"});
}

void ReverseMachine::On(const CarryFailed& input) {
  const auto found = connections_.find(input.carry);
  if (found == connections_.end()) return;
  const Connection connection = std::move(found->second);
  connections_.erase(found);
  actions_.emplace_back(
      TellAgent{.uid = connection.uid, .message = wire::ArrivalRefused{connection.arrival}});
  Show(
      Warning{"a connection from pod " + connection.pod + " was reset: " + input.reason.message()});
}

void ReverseMachine::On(const CarryEnded& input) {
  const auto found = connections_.find(input.carry);
  if (found == connections_.end()) return;
  const Connection connection = std::move(found->second);
  connections_.erase(found);
  if (connections_.size() < kMaxConnections) told_full_ = false;
  const Status& status = input.result.status;
  if (!options_.tell_connections) {
    if (!status.ok()) {
      Show(Warning{"a connection from " + PortOfPod(connection.pod, connection.target.remote) +
                   " broke: " + status.message()});
    }
    return;
  }
  Show(ConnectionClosed{.connection = connection.number,
                        .name = std::to_string(connection.target.remote),
                        .pod = connection.pod,
                        .up = input.result.up,
                        .down = input.result.down,
                        .lasted = now_ - connection.begun,
                        .error = status.ok() ? "" : status.message(),
                        .reverse = true});
}

void ReverseMachine::On(const ReverseStopped&) {
  End(OkStatus());
}

const ReverseRequest* ReverseMachine::Find(uint16_t remote) const {
  const auto found =
      std::find_if(options_.requests.begin(), options_.requests.end(),
                   [&](const ReverseRequest& request) { return request.remote == remote; });
  return found == options_.requests.end() ? nullptr : &*found;
}

void ReverseMachine::End(Status status) {
  if (std::exchange(ended_, true)) return;
  actions_.emplace_back(ReverseDone{std::move(status)});
}

}  // namespace hawser::cli
