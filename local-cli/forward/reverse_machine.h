// Decides for ports that lead back here: whom to ask, what becomes of each connection, and what a
// person is told.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/backoff.h"
#include "lib/base/clock.h"
#include "local-cli/forward/reverse_inputs.h"

namespace hawser::cli {

struct ReverseMachineOptions {
  std::vector<ReverseRequest> requests;  ///< each remote port once
  bool tell_connections = false;         ///< each one's begin and end
  devsession::DevSession session;
  uint64_t seed = 0;  ///< of the jitter between tries
};

/// Asks every pod whose agent runs to listen, and to listen anew whenever it was lost. Pure: no
/// clock, no I/O. Not thread-safe.
class ReverseMachine {
 public:
  using Actions = std::vector<ReverseAction>;

  /// Connections at a time, of all pods together.
  static constexpr size_t kMaxConnections = 128;
  static constexpr Duration kPingEvery = std::chrono::seconds(20);
  /// When a pod whose port is taken is asked again.
  static constexpr Duration kAskAgain = std::chrono::seconds(5);

  explicit ReverseMachine(ReverseMachineOptions options) : options_(std::move(options)) {}

  Actions Step(const ReverseInput& input, TimePoint now);
  /// It is WakeAt().
  Actions OnTick(TimePoint now);
  TimePoint WakeAt() const;

 private:
  enum class Asked { kNo, kSent, kListens, kRefused };
  struct Pod {
    std::string name;
    enum class State { kReaching, kUp, kAway } state = State::kReaching;
    Backoff backoff;
    TimePoint wake_at = kNoDeadline;
    TimePoint ask_at = kNoDeadline;  ///< for refused ports
    int unanswered = 0;
    bool told_lost = false;
    std::string version;
    std::map<uint16_t, Asked> ports;
    std::set<std::string> told;  ///< refusals
  };
  struct Connection {
    std::string uid;
    std::string pod;
    uint64_t arrival = 0;
    ReverseRequest target;
    uint64_t number = 0;  ///< of those that were carried; 0: not yet
    TimePoint begun{};
  };

  void On(const PodsSeen& input);
  void On(const SessionSeen& input);
  void On(const SessionGone& input);
  void On(const ClusterTrouble& input);
  void On(const AgentReached& input);
  void On(const AgentSaid& input);
  void On(const AgentLost& input);
  void On(const CarryBegun& input);
  void On(const TargetMissed& input);
  void On(const CarryFailed& input);
  void On(const CarryEnded& input);
  void On(const ReverseStopped& input);

  void Hear(Pod& pod, const wire::ListenReply& reply);
  void Hear(const std::string& uid, const Pod& pod, const wire::Arrival& arrival);
  void HearPong(Pod& pod);
  void Ask(const std::string& uid, Pod& pod);
  void Ping(const std::string& uid, Pod& pod);
  void Tick(const std::string& uid, Pod& pod);
  void Lose(Pod& pod, const Status& reason);
  void Refused(Pod& pod, uint16_t port, const Status& why);
  void Drop(const std::string& uid);
  const ReverseRequest* Find(uint16_t remote) const;
  void Show(Event event) { actions_.emplace_back(std::move(event)); }
  void End(Status status);

  ReverseMachineOptions options_;
  Actions actions_;
  TimePoint now_{};
  std::map<std::string, Pod> pods_;  ///< by uid
  std::map<CarryId, Connection> connections_;
  CarryId last_carry_ = 0;
  uint64_t carried_ = 0;
  std::set<uint16_t> listened_;     ///< ports that some pod has listened on
  std::set<uint16_t> told_missed_;  ///< ports whose target did not answer last time
  bool told_full_ = false;
  bool told_nobody_ = false;
  std::optional<Code> told_trouble_;
  bool ended_ = false;
};

}  // namespace hawser::cli
