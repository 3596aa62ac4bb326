// Conditions, phase and events, computed from verdicts.
#include "controller/plan/status.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/plan/covers.h"
#include "controller/plan/names.h"
#include "controller/plan/one_of.h"
#include "controller/plan/pods.h"
#include "controller/plan/restart.h"
#include "controller/plan/synced.h"
#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using devsession::Condition;
using devsession::SessionStatus;
using nlohmann::json;

/// Reasons that pass by themselves, or when somebody else acts.
constexpr std::array<const char*, 5> kPendingReasons = {
    reason::kTargetNotFound, reason::kHeldByOtherSession, reason::kNoPods, reason::kQuotaExceeded,
    reason::kAskingRegistry};
/// Reasons that say nothing a person has not heard, or what passes by itself.
constexpr std::array<const char*, 9> kEchoes = {
    reason::kNotInjected, reason::kNoPorts,     reason::kNotServed,
    reason::kPodsPending, reason::kMoving,      reason::kAllFieldsActedOn,
    reason::kAsleep,      reason::kNotAdmitted, reason::kAskingRegistry};
/// Reasons of what is well now and needs a person's attention all the same.
constexpr std::array<const char*, 2> kWarnings = {reason::kIdleSoon, reason::kCannotSleep};
/// What a new session says when all is as it should be: news only after something else.
constexpr std::array<const char*, 5> kExpected = {
    reason::kTargetFound, reason::kServed, reason::kLasting, reason::kActive, reason::kAdmitted};
/// Conditions that a session has only while its spec asks for what they tell of.
constexpr std::array<const char*, 4> kPassing = {condition::kAdmitted, condition::kExposed,
                                                 condition::kLasting, devsession::kAwakeCondition};
constexpr std::array<const char*, 2> kRestartUnderWay = {reason::kNotRequested,
                                                         reason::kRestartRequested};
constexpr std::array<const char*, 2> kInjectingReasons = {reason::kPodsPending, reason::kMoving};

/// The first stage that is not there yet says why the session is not ready.
Verdict ReadyVerdict(const Verdicts& verdicts) {
  if (verdicts.admitted && !verdicts.admitted->IsTrue()) return *verdicts.admitted;
  for (const Verdict* verdict :
       {&verdicts.target_found, &verdicts.agent_injected, &verdicts.agents_ready}) {
    if (!verdict->IsTrue()) return Verdict::False({verdict->reason, verdict->message});
  }
  return Verdict::True(reason::kReady, "the agents run and take changes");
}

Verdict SupportVerdict(const Observed& observed) {
  const std::vector<std::string>& fields = observed.session.spec.not_acted_on;
  if (!observed.spec_error.ok()) {
    return {.reason = reason::kInvalidSpec, .message = observed.spec_error.message()};
  }
  if (fields.empty()) {
    return Verdict::True(reason::kAllFieldsActedOn, "this version acts on every field of the spec");
  }
  return Verdict::False(
      {reason::kNotYetActedOn, "this version accepts but does not act on: " + Join(fields, ", ")});
}

std::string Phase(const Observed& observed, const Verdict& ready) {
  if (observed.session.deleting) return phase::kRestoring;
  if (ready.IsTrue()) return phase::kReady;
  if (ready.reason == reason::kAsleep) return phase::kSleeping;
  if (OneOf(kPendingReasons, ready.reason)) return phase::kPending;
  if (OneOf(kInjectingReasons, ready.reason)) return phase::kInjecting;
  return phase::kFailed;
}

Condition MakeCondition(const Observed& observed, const char* type, const Verdict& verdict,
                        WallTime now) {
  const Condition* before = devsession::FindCondition(observed.session.status, type);
  const bool moved = before == nullptr || before->status != verdict.status;
  return {.type = type,
          .status = verdict.status,
          .reason = verdict.reason,
          .message = verdict.message,
          .observed_generation = observed.session.generation,
          .last_transition_time = moved ? FormatTime(now) : before->last_transition_time};
}

/// True when `live` holds a pod entry that only the controller can have written and `wanted` has
/// not.
bool HasStalePod(const json& live, const json& wanted) {
  for (const json& pod : live.value("pods", json::array())) {
    const auto same = [&](const json& other) { return other["name"] == pod.value("name", ""); };
    const json& pods = wanted["pods"];
    if (pod.contains("ready") && std::none_of(pods.begin(), pods.end(), same)) return true;
  }
  return false;
}

/// True when `live` has what only the controller writes and `wanted` has not.
bool HasStale(const json& live, const json& wanted) {
  if (live.contains("expiresAt") && !wanted.contains("expiresAt")) return true;
  if (live.value("url", "") != wanted.value("url", "")) return true;
  for (const json& condition : live.value("conditions", json::array())) {
    const std::string type = kube::StringAt(condition, "/type");
    if (!OneOf(kPassing, type)) continue;
    const auto same = [&](const json& other) { return other["type"] == type; };
    const json& conditions = wanted["conditions"];
    if (std::none_of(conditions.begin(), conditions.end(), same)) return true;
  }
  return HasStalePod(live, wanted);
}

}  // namespace

Verdict Verdict::True(std::string reason, std::string message) {
  return {.status = "True", .reason = std::move(reason), .message = std::move(message)};
}

Verdict Verdict::False(Refusal refusal) {
  return {.status = "False",
          .reason = std::move(refusal.reason),
          .message = std::move(refusal.message)};
}

SessionStatus MakeStatus(const Observed& observed, const Verdicts& verdicts, WallTime now) {
  const Verdict ready = ReadyVerdict(verdicts);
  SessionStatus status;
  status.observed_generation = observed.session.generation;
  status.phase = Phase(observed, ready);
  const auto add = [&](const char* type, const Verdict& verdict) {
    status.conditions.push_back(MakeCondition(observed, type, verdict, now));
  };
  add(condition::kReady, ready);
  add(condition::kTargetFound, verdicts.target_found);
  add(condition::kAgentInjected, verdicts.agent_injected);
  add(condition::kAgentsReady, verdicts.agents_ready);
  add(condition::kPortsServed, verdicts.ports_served);
  if (verdicts.exposed) add(condition::kExposed, *verdicts.exposed);
  add(condition::kFullySupported, SupportVerdict(observed));
  if (verdicts.admitted) add(condition::kAdmitted, *verdicts.admitted);
  if (verdicts.lasting) add(condition::kLasting, *verdicts.lasting);
  if (verdicts.awake) add(devsession::kAwakeCondition, *verdicts.awake);
  const std::vector<kube::ObjectPtr> pods = LivePods(observed.pods);
  if (const std::optional<Verdict> synced = SyncedVerdict(observed.session, pods)) {
    add(devsession::kSyncedCondition, *synced);
  }
  status.ports = verdicts.ports;
  status.undone = verdicts.undone;
  if (verdicts.expires_at) status.expires_at = FormatTime(*verdicts.expires_at);
  status.url = verdicts.url;
  status.restarts = verdicts.restarts ? verdicts.restarts : observed.session.status.restarts;
  status.pods = PodStatuses(pods, AppContainerName(observed));
  return status;
}

bool StatusDiffers(const json& session, const SessionStatus& status) {
  const json* found = kube::Find(session, "/status");
  const json live = found == nullptr ? json::object() : *found;
  json wanted = devsession::ControllerStatusToJson(status);
  if (HasStale(live, wanted)) return true;
  const json none = json::array();
  if (live.value("ports", none).size() != wanted.value("ports", none).size()) return true;
  if (wanted["pods"].empty()) wanted.erase("pods");
  return !Covers(live, wanted);
}

namespace {

/// What became of a restart that was asked for.
void AddRestart(const SessionStatus& before, const SessionStatus& after,
                std::vector<kube::Event>& events) {
  if (!after.restarts || after.restarts == before.restarts) return;
  const devsession::Restarts& now = *after.restarts;
  const bool told = before.restarts && before.restarts->requested == now.requested &&
                    before.restarts->reason == now.reason;
  if (told || OneOf(kRestartUnderWay, now.reason)) return;
  events.push_back({.type = IsRestartRefusal(now.reason) ? kube::Event::Type::kWarning
                                                         : kube::Event::Type::kNormal,
                    .reason = "Restart" + now.reason,
                    .action = "Restart",
                    .note = "restart " + std::to_string(now.requested) + " (" +
                            Printable(now.policy) + "): " + now.message});
}

}  // namespace

std::vector<kube::Event> Transitions(const SessionStatus& before, const SessionStatus& after) {
  std::vector<kube::Event> events;
  for (const char* type :
       {condition::kTargetFound, condition::kAgentInjected, condition::kAgentsReady,
        condition::kPortsServed, condition::kExposed, condition::kFullySupported,
        condition::kAdmitted, condition::kLasting, devsession::kAwakeCondition}) {
    const Condition* was = devsession::FindCondition(before, type);
    const Condition* is = devsession::FindCondition(after, type);
    if (is == nullptr) continue;
    if (was != nullptr && was->status == is->status && was->reason == is->reason) continue;
    if (OneOf(kEchoes, is->reason)) continue;
    if (was == nullptr && OneOf(kExpected, is->reason)) continue;
    const bool warning = (is->status == "False" && !OneOf(kInjectingReasons, is->reason)) ||
                         OneOf(kWarnings, is->reason);
    events.push_back({.type = warning ? kube::Event::Type::kWarning : kube::Event::Type::kNormal,
                      .reason = is->reason,
                      .action = "Reconcile",
                      .note = is->message});
  }
  AddRestart(before, after, events);
  return events;
}

}  // namespace hawser::controller
