// The rules of forwarding.
#include "local-cli/forward/forward_machine.h"

#include <algorithm>
#include <set>
#include <utility>

namespace hawser::cli {

ForwardMachine::Actions ForwardMachine::Begin(TimePoint now) {
  now_ = now;
  FollowSpec();
  begun_ = true;
  return Take();
}

ForwardMachine::Actions ForwardMachine::Step(const ForwardInput& input, TimePoint now) {
  now_ = now;
  if (!ended_) std::visit([this](const auto& what) { On(what); }, input);
  return Take();
}

ForwardMachine::Actions ForwardMachine::OnTick(TimePoint now) {
  now_ = now;
  if (ended_) return Take();
  AssignWaiting();
  std::vector<ConnectionId> late;
  for (const auto& [id, connection] : connections_) {
    const bool waiting = connection.state != Connection::State::kOpen;
    if (waiting && connection.give_up_at <= now) late.push_back(id);
  }
  for (const ConnectionId id : late) GiveUp(id, WhyNoPod(connections_.at(id)));
  return Take();
}

TimePoint ForwardMachine::WakeAt() const {
  TimePoint wake = kNoDeadline;
  bool waiting = false;
  for (const auto& [id, connection] : connections_) {
    if (connection.state == Connection::State::kOpen) continue;
    wake = std::min(wake, connection.give_up_at);
    waiting |= connection.state == Connection::State::kWaiting;
  }
  if (!waiting) return wake;
  for (const auto& [uid, pod] : pods_) {
    if (pod.view.ready && pod.avoid_until > now_) wake = std::min(wake, pod.avoid_until);
  }
  return wake;
}

void ForwardMachine::On(const PodsSeen& input) {
  std::map<std::string, Pod> before = std::exchange(pods_, {});
  std::set<std::string> there;
  for (const PodView& view : input.pods) {
    there.insert(view.uid);
    if (view.ending) continue;
    Pod pod{.view = view};
    if (const auto known = before.find(view.uid); known != before.end()) {
      pod.avoid_until = known->second.avoid_until;
    }
    pods_.emplace(view.uid, std::move(pod));
  }
  told_trouble_.reset();
  // A pod that is ending may still finish what it has; what was in one that is gone is over.
  std::vector<ConnectionId> lost;
  for (const auto& [id, connection] : connections_) {
    if (connection.state == Connection::State::kOpen && !there.contains(connection.pod_uid)) {
      lost.push_back(id);
    }
  }
  for (const ConnectionId id : lost) {
    On(Ended{.connection = id, .result = {.status = UnavailableError("the pod is gone")}});
    actions_.emplace_back(Drop{id});
  }
  AssignWaiting();
}

void ForwardMachine::On(const SessionSeen& input) {
  const bool changed = input.session.spec != options_.session.spec ||
                       input.session.status.ports != options_.session.status.ports;
  options_.session = input.session;
  told_trouble_.reset();
  if (changed) FollowSpec();
}

void ForwardMachine::On(const SessionGone&) {
  End(NotFoundError("session " + options_.session.name + " was deleted"));
}

void ForwardMachine::On(const ClusterTrouble& input) {
  if (options_.aside || told_trouble_ == input.status.code()) return;
  told_trouble_ = input.status.code();
  Show(Warning{"the API server can't be watched, trying again: " + input.status.message()});
}

void ForwardMachine::On(const ForwardStopped&) {
  End(OkStatus());
}

void ForwardMachine::FollowSpec() {
  if (options_.aside) return SetPorts(LocalPortsOf(options_.session));
  const Result<std::vector<PortMapping>> wanted = ResolvePorts(options_.requests, options_.session);
  if (!wanted.ok() && !begun_) return End(wanted.status());
  if (!wanted.ok()) {
    const std::string why = wanted.status().message();
    if (std::exchange(told_ports_, why) != why) Show(Warning{"the ports stay as they are: " + why});
    return;
  }
  told_ports_.clear();
  SetPorts(*wanted);
}

bool ForwardMachine::HasPort(const PortMapping& mapping) const {
  return std::any_of(ports_.begin(), ports_.end(),
                     [&](const auto& entry) { return entry.second.mapping == mapping; });
}

void ForwardMachine::SetPorts(const std::vector<PortMapping>& wanted) {
  for (auto port = ports_.begin(); port != ports_.end();) {
    const PortMapping& mapping = port->second.mapping;
    if (std::find(wanted.begin(), wanted.end(), mapping) != wanted.end()) {
      ++port;
      continue;
    }
    actions_.emplace_back(ClosePort{port->first});
    if (port->second.open) Show(PortClosed{.name = mapping.name, .local = port->second.bound});
    port = ports_.erase(port);
  }
  for (const PortMapping& mapping : wanted) {
    if (mapping.local != 0 && HasPort(mapping)) continue;
    // Two of any free port may lead to the same one of the pod: they are told apart by their order.
    if (mapping.local == 0 && begun_ && HasPort(mapping)) continue;
    const PortId id = ++last_port_;
    ports_.emplace(id, Port{.mapping = mapping, .first = !begun_});
    actions_.emplace_back(OpenPort{.port = id, .local = mapping.local});
  }
}

void ForwardMachine::On(const PortOpen& input) {
  const auto found = ports_.find(input.port);
  if (found == ports_.end()) return;
  Port& port = found->second;
  port.open = true;
  port.bound = input.local;
  const uint16_t wanted = port.mapping.local == 0 ? input.local : port.mapping.local;
  Show(PortForwarded{.name = port.mapping.name,
                     .addresses = input.addresses,
                     .local = input.local,
                     .remote = port.mapping.remote,
                     .wanted = wanted,
                     .taken_by = input.taken_by});
}

void ForwardMachine::On(const PortRefused& input) {
  const auto found = ports_.find(input.port);
  if (found == ports_.end()) return;
  const Port port = found->second;
  const std::string why = PortText(port.mapping) + " is not forwarded: " + input.reason.message();
  // Forgotten, so that a change of the spec that asks for it again tries again.
  ports_.erase(found);
  if (port.first && !options_.aside) return End({input.reason.code(), why});
  Show(Warning{why});
}

void ForwardMachine::End(Status status) {
  if (std::exchange(ended_, true)) return;
  actions_.emplace_back(ForwardDone{std::move(status)});
}

}  // namespace hawser::cli
