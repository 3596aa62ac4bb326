// What a namespace's policies make of a session's time: its own words, defaults, and the strictest
// limits.
#pragma once

#include <optional>
#include <string>

#include "controller/plan/observed.h"

namespace hawser::controller {

/// How long a session lasts.
struct TimeLimit {
  Duration ttl;
  std::string from;  ///< "spec.ttl", or the policy's field: "maxTTL of DevPolicy team"
  bool from_policy = false;
};

/// The session's ttl, or the shortest default; at most the shortest maxTTL. Nothing: for ever.
std::optional<TimeLimit> TimeLimitOf(const Observed& observed);

/// What becomes of the session when it is idle: what it says, or the strictest default.
std::optional<devsession::Idle> IdleOf(const Observed& observed);

}  // namespace hawser::controller
