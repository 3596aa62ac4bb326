// What becomes of each connection.
#include <algorithm>
#include <utility>

#include "local-cli/forward/forward_machine.h"

namespace hawser::cli {

namespace {

/// After a tunnel failed, others are tried first, and the pod itself again after this.
constexpr Duration kAvoidFor = std::chrono::milliseconds(500);

/// True when another try can't help without someone changing something first.
bool IsRefusal(const Status& status) {
  return status.code() == Code::kPermissionDenied || status.code() == Code::kUnauthenticated ||
         status.code() == Code::kInvalidArgument || status.code() == Code::kUnimplemented;
}

std::string InSeconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

}  // namespace

void ForwardMachine::On(const Accepted& input) {
  const auto port = ports_.find(input.port);
  const bool full = connections_.size() >= kMaxConnections;
  if (port == ports_.end() || full) {
    actions_.emplace_back(Drop{input.connection});
    if (full && !std::exchange(told_full_, true)) {
      Show(Warning{std::to_string(kMaxConnections) +
                   " connections are open; more are refused until some end"});
    }
    return;
  }
  Connection& connection = connections_[input.connection];
  connection = {.mapping = port->second.mapping,
                .from = input.from,
                .begun = now_,
                .give_up_at = now_ + Patience()};
  Assign(input.connection, connection);
}

void ForwardMachine::On(const TunnelOpen& input) {
  const auto found = connections_.find(input.connection);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.state = Connection::State::kOpen;
  connection.number = ++reached_;
  if (!options_.tell_connections) return;
  Show(ConnectionOpened{.connection = connection.number,
                        .name = connection.mapping.name,
                        .pod = connection.pod,
                        .from = connection.from});
}

void ForwardMachine::On(const TunnelFailed& input) {
  const auto found = connections_.find(input.connection);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.state = Connection::State::kWaiting;
  connection.failure = input.reason;
  if (IsRefusal(input.reason)) return GiveUp(input.connection, input.reason.message());
  if (const auto pod = pods_.find(connection.pod_uid); pod != pods_.end()) {
    pod->second.avoid_until = now_ + kAvoidFor;
  }
  Assign(input.connection, connection);
}

void ForwardMachine::On(const HalfOpen& input) {
  if (!connections_.contains(input.connection)) return;
  half_open_.push_back(input.connection);
  if (half_open_.size() <= kMaxHalfOpen) return;
  actions_.emplace_back(Cut{half_open_.front()});
  half_open_.pop_front();
}

void ForwardMachine::On(const Ended& input) {
  const auto found = connections_.find(input.connection);
  if (found == connections_.end()) return;
  const Connection connection = std::move(found->second);
  connections_.erase(found);
  std::erase(half_open_, input.connection);
  if (connections_.size() < kMaxConnections) told_full_ = false;
  const std::string error = input.result.status.ok() ? "" : input.result.status.message();
  if (!options_.tell_connections) {
    if (!error.empty())
      Show(Warning{"a connection to " + PortText(connection.mapping) + " of pod " + connection.pod +
                   " broke: " + error});
    return;
  }
  Show(ConnectionClosed{.connection = connection.number,
                        .name = connection.mapping.name,
                        .pod = connection.pod,
                        .up = input.result.up,
                        .down = input.result.down,
                        .lasted = now_ - connection.begun,
                        .error = error});
}

/// The ready pod with the fewest connections that no tunnel just failed to.
ForwardMachine::Pod* ForwardMachine::ChoosePod() {
  Pod* best = nullptr;
  size_t least = 0;
  for (auto& [uid, pod] : pods_) {
    if (!pod.view.ready || pod.avoid_until > now_) continue;
    const size_t load = LoadOf(uid);
    const bool better =
        best == nullptr || load < least || (load == least && pod.view.name < best->view.name);
    if (!better) continue;
    best = &pod;
    least = load;
  }
  return best;
}

size_t ForwardMachine::LoadOf(const std::string& uid) const {
  return static_cast<size_t>(
      std::count_if(connections_.begin(), connections_.end(), [&](const auto& entry) {
        return entry.second.state != Connection::State::kWaiting && entry.second.pod_uid == uid;
      }));
}

void ForwardMachine::Assign(ConnectionId id, Connection& connection) {
  const Pod* pod = ChoosePod();
  if (pod == nullptr) return;
  connection.state = Connection::State::kOpening;
  connection.pod_uid = pod->view.uid;
  connection.pod = pod->view.name;
  actions_.emplace_back(
      OpenTunnel{.connection = id, .pod = connection.pod, .port = connection.mapping.remote});
}

void ForwardMachine::AssignWaiting() {
  for (auto& [id, connection] : connections_) {
    if (connection.state == Connection::State::kWaiting) Assign(id, connection);
  }
}

std::string ForwardMachine::WhyNoPod(const Connection& connection) const {
  const std::string within = " within " + InSeconds(kPatience);
  if (!connection.failure.ok()) {
    return "no pod could be reached" + within + ": " + connection.failure.message();
  }
  std::string why = "no pod was ready" + within;
  for (const auto& [uid, pod] : pods_) {
    if (!pod.view.waiting.empty()) return why + ": pod " + pod.view.name + ": " + pod.view.waiting;
  }
  const std::string reason = ExplainNotReady(options_.session);
  return reason.empty() ? why : why + ": " + reason;
}

void ForwardMachine::GiveUp(ConnectionId id, const std::string& why) {
  const auto found = connections_.find(id);
  Show(Warning{"a connection to " + PortText(found->second.mapping) + " was closed: " + why});
  connections_.erase(found);
  if (connections_.size() < kMaxConnections) told_full_ = false;
  actions_.emplace_back(Drop{id});
}

}  // namespace hawser::cli
