// Records what people did to sessions as Events, sparing the API server.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "controller/plan/audit.h"
#include "lib/base/clock.h"
#include "lib/base/metrics.h"
#include "lib/kube/events.h"

namespace hawser::controller {

/// Pushes of one session take tokens: so many at once, then one each half minute. Those that find
/// none are folded into the next that does, and counted. Thread-safe for different sessions.
class Audit {
 public:
  static constexpr double kBurst = 25;
  static constexpr Duration kRefill = std::chrono::seconds(30);

  /// Everything passed by reference must outlive the audit.
  Audit(kube::EventRecorder& recorder, Metrics& metrics, const Clock& clock);

  /// Records events about a session, one request each. A failure loses that event and is counted.
  void Tell(const Observed& observed, const std::vector<kube::Event>& events);
  /// Tells of what the command lines reported since the last call. Returns when to call again, if
  /// pushes wait for a token.
  std::optional<Duration> TellReports(const Observed& observed);
  /// Counts what became of a restart.
  void CountRestart(const std::optional<devsession::Restarts>& before,
                    const std::optional<devsession::Restarts>& after);
  void Forget(const kube::ObjectKey& session);

 private:
  struct Entry {
    std::string uid;
    AuditTrail trail;
    double tokens = kBurst;
    TimePoint refilled{};
  };

  Entry* FindLocked(const Observed& observed);
  WallTime SinceLocked();

  kube::EventRecorder& recorder_;
  Metrics& metrics_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<kube::ObjectKey, Entry> entries_;
  std::optional<WallTime> since_;
};

}  // namespace hawser::controller
