// The end is counted from the session's creation, so that no state of the controller's matters.
#include "controller/plan/life.h"

#include <algorithm>

#include "controller/plan/limits.h"
#include "controller/plan/names.h"
#include "lib/base/text.h"

namespace hawser::controller {

namespace {

constexpr Duration kShortestWarning = std::chrono::minutes(1);
constexpr Duration kLongestWarning = std::chrono::hours(1);

/// When a session is deleted.
struct Expiry {
  WallTime at;
  TimeLimit limit;
};

/// A policy may come when a session is older than it allows. It is warned of then, too.
WallTime NotBeforeWarned(const PlanInput& input, WallTime at, Duration warning) {
  const devsession::Condition* lasting =
      devsession::FindCondition(input.observed.session.status, condition::kLasting);
  const bool warned = lasting != nullptr && lasting->reason == reason::kExpiresSoon;
  const WallTime since =
      warned ? ParseTime(lasting->last_transition_time).value_or(input.now) : input.now;
  return std::max(at, std::min(since, input.now) + warning);
}

std::optional<Expiry> ExpiryOf(const PlanInput& input) {
  const std::optional<TimeLimit> limit = TimeLimitOf(input.observed);
  const Result<WallTime> created = ParseTime(input.observed.session.created);
  if (!limit || !created.ok()) return std::nullopt;
  WallTime at = *created + limit->ttl;
  if (limit->from_policy) at = NotBeforeWarned(input, at, WarningTime(limit->ttl));
  return Expiry{.at = at, .limit = *limit};
}

std::string Remedy(const TimeLimit& limit) {
  if (!limit.from_policy) return "raise spec.ttl to keep it";
  return "its time is " + limit.from;
}

}  // namespace

Duration WarningTime(Duration span) {
  return std::clamp(span / 10, kShortestWarning, kLongestWarning);
}

std::optional<kube::Event> EndOf(const PlanInput& input) {
  const std::optional<Expiry> expiry = ExpiryOf(input);
  if (!expiry || input.now < expiry->at) return std::nullopt;
  return kube::Event{.type = kube::Event::Type::kNormal,
                     .reason = reason::kExpired,
                     .action = "Delete",
                     .note = "the session's time of " + DurationToText(expiry->limit.ttl) + " (" +
                             expiry->limit.from +
                             ") is over: it is deleted and the workload restored"};
}

void PlanLife(const PlanInput& input, Plan& plan) {
  const std::optional<Expiry> expiry = ExpiryOf(input);
  if (!expiry) return;
  const WallTime warn_at = expiry->at - WarningTime(expiry->limit.ttl);
  const bool soon = input.now >= warn_at;
  const std::string at = FormatTime(expiry->at);
  plan.LookAgainIn((soon ? expiry->at : warn_at) - input.now);
  plan.verdicts.expires_at = expiry->at;
  plan.verdicts.lasting =
      soon ? Verdict::False({reason::kExpiresSoon,
                             "the session is deleted at " + at + "; " + Remedy(expiry->limit)})
           : Verdict::True(reason::kLasting, "the session lasts until " + at);
}

}  // namespace hawser::controller
