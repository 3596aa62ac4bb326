// Sleep follows from the last activity alone, so that no state of the controller's matters.
#include "controller/plan/idle.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/plan/life.h"
#include "controller/plan/limits.h"
#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/plan/pods.h"
#include "controller/plan/refuse.h"
#include "controller/plan/scale.h"
#include "lib/base/text.h"

namespace hawser::controller {

namespace {

using devsession::Condition;
using devsession::Idle;
using nlohmann::json;

const Condition* AwakeOf(const Observed& observed) {
  return devsession::FindCondition(observed.session.status, devsession::kAwakeCondition);
}

/// A DaemonSet in place has no number of pods that could be zero.
bool CanSleep(const Observed& observed) {
  return observed.session.spec.mode == "Clone" || !observed.target ||
         CanScale(*observed.target->object);
}

/// When the time without activity is over.
WallTime DueAt(const PlanInput& input, const Idle& idle) {
  return LastActivity(input) + idle.after;
}

Verdict CannotSleep(const Observed& observed) {
  return Verdict::True(reason::kCannotSleep,
                       Place(observed.session) +
                           " cannot be scaled to zero; set spec.idle.action to Delete or spec.mode "
                           "to Clone");
}

Verdict IdleSoon(const PlanInput& input, const Idle& idle) {
  const std::string what = idle.action == "Delete" ? "deleted" : "scaled to zero";
  return Verdict::True(reason::kIdleSoon, "no activity since " + FormatTime(LastActivity(input)) +
                                              ": the session is " + what + " at " +
                                              FormatTime(DueAt(input, idle)) +
                                              " unless it is used");
}

Verdict Active(const Observed& observed, const Idle& idle) {
  const Condition* awake = AwakeOf(observed);
  if (awake != nullptr && (awake->reason == reason::kScaledUp || IsScaledUpInSleep(observed))) {
    return Verdict::True(reason::kScaledUp, "awake again: its workload was scaled up");
  }
  const std::string what = idle.action == "Delete" ? "deletes it" : "puts it to sleep";
  return Verdict::True(reason::kActive, DurationToText(idle.after) + " without activity " + what);
}

Verdict Asleep(const Idle& idle) {
  return Verdict::False({reason::kIdle, "no pods run after " + DurationToText(idle.after) +
                                            " without activity; hawser push or forward wakes it"});
}

Verdict AwakeVerdict(const PlanInput& input, const Idle& idle, Plan& plan) {
  const Observed& observed = input.observed;
  const bool sleeps = idle.action == "ScaleToZero";
  if (sleeps && !CanSleep(observed)) return CannotSleep(observed);
  if (sleeps && !plan.verdicts.agent_injected.IsTrue()) {
    return {.reason = reason::kNotInjected, .message = plan.verdicts.agent_injected.message};
  }
  if (ShallSleep(input)) return Asleep(idle);
  const WallTime due = DueAt(input, idle);
  const WallTime warn_at = due - std::min(WarningTime(idle.after), idle.after / 2);
  const bool soon = input.now >= warn_at;
  plan.LookAgainIn((soon ? due : warn_at) - input.now);
  return soon ? IdleSoon(input, idle) : Active(observed, idle);
}

/// Scales the target of a session in place, once the agent is in.
void PlanScale(const PlanInput& input, Plan& plan) {
  const Observed& observed = input.observed;
  const bool in_place = observed.session.spec.mode != "Clone";
  if (!in_place || !plan.verdicts.agent_injected.IsTrue() || plan.inject) return;
  const json& target = *observed.target->object;
  if (ShallSleep(input)) {
    if (Replicas(target) > 0) plan.scale = Scaling{*observed.target, SleepPatch(target)};
  } else if (KeptReplicas(target)) {
    plan.scale = Scaling{*observed.target, WakePatch(target)};
  }
}

}  // namespace

WallTime LastActivity(const PlanInput& input) {
  const Observed& observed = input.observed;
  const Condition* awake = AwakeOf(observed);
  if (awake == nullptr || awake->status == "Unknown") return input.now;
  if (IsScaledUpInSleep(observed)) return input.now;
  WallTime last = observed.active_at.value_or(WallTime{});
  if (awake->status != "True") return last;
  const WallTime awake_since = ParseTime(awake->last_transition_time).value_or(input.now);
  return std::max(last, std::min(awake_since, input.now));
}

std::optional<kube::Event> IdleEnd(const PlanInput& input) {
  const std::optional<Idle> idle = IdleOf(input.observed);
  if (!idle || idle->action != "Delete") return std::nullopt;
  if (input.now < DueAt(input, *idle)) return std::nullopt;
  return kube::Event{.type = kube::Event::Type::kNormal,
                     .reason = reason::kIdle,
                     .action = "Delete",
                     .note = "nobody used the session for " + DurationToText(idle->after) +
                             ": it is deleted and the workload restored"};
}

bool ShallSleep(const PlanInput& input) {
  const Observed& observed = input.observed;
  const std::optional<Idle> idle = IdleOf(observed);
  if (!idle || idle->action != "ScaleToZero" || !CanSleep(observed)) return false;
  return input.now >= DueAt(input, *idle);
}

bool IsScaledUpInSleep(const Observed& observed) {
  const Condition* awake = AwakeOf(observed);
  const json* workload = OwnWorkload(observed);
  return awake != nullptr && awake->status == "False" && workload != nullptr &&
         Replicas(*workload) > 0;
}

std::optional<Verdict> AwakeAsReported(const Observed& observed) {
  const Condition* awake = AwakeOf(observed);
  if (awake == nullptr) return std::nullopt;
  return Verdict{.status = awake->status, .reason = awake->reason, .message = awake->message};
}

void PlanIdle(const PlanInput& input, Plan& plan) {
  if (const std::optional<Idle> idle = IdleOf(input.observed)) {
    plan.verdicts.awake = AwakeVerdict(input, *idle, plan);
  }
  PlanScale(input, plan);
}

}  // namespace hawser::controller
