// Leader election: one of several processes holds a Lease, and another takes over when it stops.
#pragma once

#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>

#include "lib/base/clock.h"
#include "lib/kube/api.h"

namespace hawser::kube {

/// Which Lease, for whom, and how fast. A leader that died is followed after `duration` and a
/// retry.
struct LeaseOptions {
  ObjectKey key;
  std::string identity;                               ///< no other process has it
  Duration duration = std::chrono::seconds(10);       ///< so long others believe in a silent holder
  Duration renew_deadline = std::chrono::seconds(7);  ///< so long the holder believes in itself
  Duration retry = std::chrono::seconds(1);           ///< between two attempts
};

/// Decides who holds a Lease. Others' clocks are not trusted: a holder is silent for as long as its
/// record has not changed, by our own clock. Holds no thread and makes no call. Not thread-safe.
class LeaseMachine {
 public:
  explicit LeaseMachine(LeaseOptions options);

  /// The Lease to write in order to get or keep it, valid only for the version that was read; or
  /// nothing, because another holds it. `live` is null where there is no Lease yet.
  std::optional<nlohmann::json> Next(const nlohmann::json& live, TimePoint now, WallTime wall);

  /// What `Next` asked for at `asked` was written.
  void Wrote(TimePoint asked) { renewed_ = asked; }
  /// The Lease to write so that another may have it at once, as `Next` does; nothing if not held.
  std::optional<nlohmann::json> Release(const nlohmann::json& live, WallTime wall);

  /// True while nobody else can have it.
  bool Holds(TimePoint now) const { return renewed_ && now - *renewed_ < options_.renew_deadline; }

 private:
  bool IsFree(const nlohmann::json& spec, TimePoint now) const;

  const LeaseOptions options_;
  nlohmann::json seen_;  // the record, null before the first
  TimePoint seen_at_{};
  std::optional<TimePoint> renewed_;
};

/// Runs the machine against an API server, whose requests should end well within the renew
/// deadline.
class LeaderElection {
 public:
  /// What is passed by reference must outlive the election.
  LeaderElection(LeaseOptions options, Api& api, const Clock& clock);

  /// One attempt to get or keep the Lease; failures are the server's, aborted when another was
  /// faster. Any thread.
  Status Attempt();
  /// Blocks until the Lease is held (ok) or `stop` (cancelled).
  Status Acquire(std::stop_token stop);
  /// Keeps the Lease until `stop`. `on_lost` is called, once and at once, when it can be kept no
  /// longer: whatever depends on it must end.
  void Hold(std::stop_token stop, const std::function<void()>& on_lost);
  /// Gives the Lease up, when nothing that depends on it runs any more. Tried once.
  Status Release();
  /// Any thread.
  bool Leads() const;

 private:
  Status Write(const nlohmann::json& live, const nlohmann::json& lease);

  const LeaseOptions options_;
  Api& api_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  LeaseMachine machine_;
};

}  // namespace hawser::kube
