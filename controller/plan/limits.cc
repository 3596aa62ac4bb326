// The shortest of all policies counts.
#include "controller/plan/limits.h"

#include <tuple>

namespace hawser::controller {

namespace {

using devsession::Idle;
using devsession::Policy;

/// True when `a` leaves a session less than `b`: the shorter time, or the end instead of sleep.
bool IsStricter(const Idle& a, const Idle& b) {
  const bool a_sleeps = a.action != "Delete";
  const bool b_sleeps = b.action != "Delete";
  return std::tie(a.after, a_sleeps) < std::tie(b.after, b_sleeps);
}

void Shorten(const Policy& policy, const std::optional<Duration>& span, const char* field,
             std::optional<TimeLimit>& limit) {
  if (!span || (limit && limit->ttl <= *span)) return;
  limit = TimeLimit{.ttl = *span,
                    .from = std::string(field) + " of DevPolicy " + policy.name,
                    .from_policy = true};
}

}  // namespace

std::optional<TimeLimit> TimeLimitOf(const Observed& observed) {
  std::optional<TimeLimit> limit;
  if (const std::optional<Duration>& own = observed.session.spec.ttl) {
    limit = TimeLimit{.ttl = *own, .from = "spec.ttl"};
  } else {
    for (const Policy& policy : observed.policies) {
      Shorten(policy, policy.default_ttl, "defaultTTL", limit);
    }
  }
  for (const Policy& policy : observed.policies) Shorten(policy, policy.max_ttl, "maxTTL", limit);
  return limit;
}

std::optional<Idle> IdleOf(const Observed& observed) {
  if (observed.session.spec.idle) return observed.session.spec.idle;
  std::optional<Idle> strictest;
  for (const Policy& policy : observed.policies) {
    const std::optional<Idle>& idle = policy.default_idle;
    if (idle && (!strictest || IsStricter(*idle, *strictest))) strictest = idle;
  }
  return strictest;
}

}  // namespace hawser::controller
