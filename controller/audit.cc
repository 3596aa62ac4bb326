// The trails of all sessions, and a token bucket for each.
#include "controller/audit.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "controller/plan/names.h"
#include "controller/plan/restart.h"
#include "lib/base/log.h"

namespace hawser::controller {

namespace {

/// How far back a process that begins to work looks for pushes that the one before may not have
/// told of: longer than a hand-over takes, shorter than the server keeps events.
constexpr Duration kLooksBack = std::chrono::minutes(2);

kube::ObjectKey KeyOf(const Observed& observed) {
  return {observed.session.ns, observed.session.name};
}

}  // namespace

Audit::Audit(kube::EventRecorder& recorder, Metrics& metrics, const Clock& clock)
    : recorder_(recorder), metrics_(metrics), clock_(clock) {}

void Audit::Tell(const Observed& observed, const std::vector<kube::Event>& events) {
  const std::string session = KeyOf(observed).ToString();
  for (const kube::Event& event : events) {
    log::Info("Session changed",
              {{"session", session}, {"reason", event.reason}, {"note", event.note}});
    const Status recorded = recorder_.Record(*observed.object, event);
    if (recorded.ok()) continue;
    metrics_
        .CounterOf({"hawser_events_dropped_total", "Events about sessions that were not written"},
                   {{"why", "failed"}})
        .Increment();
    log::Warning("Event not recorded", {{"session", session}, {"error", recorded.ToString()}});
  }
}

std::optional<Duration> Audit::TellReports(const Observed& observed) {
  const TimePoint now = clock_.Now();
  AuditPlan plan;
  std::optional<Duration> again;
  {
    const std::lock_guard lock(mutex_);
    Entry* known = FindLocked(observed);
    Entry& entry = known != nullptr ? *known : entries_[KeyOf(observed)];
    if (known == nullptr) entry = {.uid = observed.session.uid, .refilled = now};
    const double refill = std::chrono::duration<double>(now - entry.refilled) / kRefill;
    entry.tokens = std::min(kBurst, entry.tokens + std::max(0.0, refill));
    entry.refilled = now;
    plan = PlanAudit(observed, known != nullptr ? &entry.trail : nullptr, SinceLocked(),
                     static_cast<size_t>(entry.tokens));
    entry.tokens -= static_cast<double>(plan.pushes);
    entry.trail = plan.trail;
    if (plan.behind) again = kRefill;
  }
  if (plan.dropped > 0) {
    metrics_
        .CounterOf({"hawser_events_dropped_total", "Events about sessions that were not written"},
                   {{"why", "spared"}})
        .Add(static_cast<double>(plan.dropped));
  }
  Tell(observed, plan.events);
  return again;
}

void Audit::CountRestart(const std::optional<devsession::Restarts>& before,
                         const std::optional<devsession::Restarts>& after) {
  if (!after) return;
  const devsession::Restarts was = before.value_or(devsession::Restarts{});
  const auto count = [&](const char* outcome) {
    const bool known =
        after->policy == "Process" || after->policy == "Container" || after->policy == "Rollout";
    metrics_
        .CounterOf({"hawser_restarts_total", "Restarts asked for by annotation or spec"},
                   {{"policy", known ? after->policy : "Never"}, {"outcome", outcome}})
        .Increment();
  };
  if (after->requested > was.requested) count("requested");
  if (after->handled > was.handled) count("handled");
  if (IsRestartRefusal(after->reason) && after->requested > was.requested) count("refused");
}

void Audit::Forget(const kube::ObjectKey& session) {
  const std::lock_guard lock(mutex_);
  entries_.erase(session);
}

Audit::Entry* Audit::FindLocked(const Observed& observed) {
  const auto found = entries_.find(KeyOf(observed));
  if (found == entries_.end() || found->second.uid != observed.session.uid) return nullptr;
  return &found->second;
}

/// Counts from the first look: a process may wait for days before it works.
WallTime Audit::SinceLocked() {
  if (!since_) since_ = clock_.WallNow() - kLooksBack;
  return *since_;
}

}  // namespace hawser::controller
