// Decides for forwarded ports: which are open, which pod each connection goes to, and when one that
// finds no pod is given up.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "local-cli/forward/forward_inputs.h"

namespace hawser::cli {

struct ForwardMachineOptions {
  std::vector<PortRequest> requests;  ///< none: all ports of the session
  /// Beside a push: only ports with a local one in the spec, and trouble is told, never the end.
  bool aside = false;
  bool tell_connections = false;  ///< each one's begin and end
  devsession::DevSession session;
};

/// Pure: no clock, no I/O. Not thread-safe.
class ForwardMachine {
 public:
  using Actions = std::vector<ForwardAction>;

  /// How long a connection waits for a pod that takes it.
  static constexpr Duration kPatience = std::chrono::seconds(10);
  /// The same where the session sleeps, which the connection ends: its pods are started first.
  static constexpr Duration kWakingPatience = std::chrono::minutes(2);
  /// Connections at a time: each takes some descriptors, of which a process has 1024 by default.
  static constexpr size_t kMaxConnections = 128;
  /// Of those, how many may wait for a pod's last words after their local side ended.
  static constexpr size_t kMaxHalfOpen = 16;

  explicit ForwardMachine(ForwardMachineOptions options) : options_(std::move(options)) {}

  /// To be called once, first.
  Actions Begin(TimePoint now);
  Actions Step(const ForwardInput& input, TimePoint now);
  /// It is WakeAt().
  Actions OnTick(TimePoint now);
  TimePoint WakeAt() const;

 private:
  struct Port {
    PortMapping mapping;
    bool first = false;  ///< asked for at the begin
    bool open = false;
    uint16_t bound = 0;
  };
  struct Pod {
    PodView view;
    TimePoint avoid_until{};  ///< a tunnel to it just failed
  };
  struct Connection {
    enum class State { kWaiting, kOpening, kOpen };
    State state = State::kWaiting;
    PortMapping mapping;
    std::string from;
    std::string pod_uid;
    std::string pod;
    uint64_t number = 0;  ///< of those that reached a pod
    TimePoint begun{};
    TimePoint give_up_at{};
    Status failure;  ///< of the last try
  };

  void On(const PodsSeen& input);
  void On(const SessionSeen& input);
  void On(const SessionGone& input);
  void On(const ClusterTrouble& input);
  void On(const PortOpen& input);
  void On(const PortRefused& input);
  void On(const Accepted& input);
  void On(const TunnelOpen& input);
  void On(const TunnelFailed& input);
  void On(const HalfOpen& input);
  void On(const Ended& input);
  void On(const ForwardStopped& input);

  void FollowSpec();
  void SetPorts(const std::vector<PortMapping>& wanted);
  bool HasPort(const PortMapping& mapping) const;
  void Assign(ConnectionId id, Connection& connection);
  void AssignWaiting();
  Pod* ChoosePod();
  size_t LoadOf(const std::string& uid) const;
  void GiveUp(ConnectionId id, const std::string& why);
  Duration Patience() const { return IsAsleep(options_.session) ? kWakingPatience : kPatience; }
  std::string WhyNoPod(const Connection& connection) const;
  void Show(Event event) { actions_.emplace_back(std::move(event)); }
  void End(Status status);
  Actions Take() { return std::exchange(actions_, {}); }

  ForwardMachineOptions options_;
  Actions actions_;
  TimePoint now_{};
  std::map<PortId, Port> ports_;
  std::map<std::string, Pod> pods_;  ///< that are not ending, by uid
  std::map<ConnectionId, Connection> connections_;
  std::deque<ConnectionId> half_open_;  ///< oldest first
  PortId last_port_ = 0;
  uint64_t reached_ = 0;  ///< connections that reached a pod
  bool told_full_ = false;
  std::optional<Code> told_trouble_;
  std::string told_ports_;  ///< what is wrong with the spec's ports, as last shown
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace hawser::cli
