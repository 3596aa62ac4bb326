// What becomes of a session that nobody works on: a warning, then sleep or the end.
#pragma once

#include <optional>

#include "controller/plan/plan.h"

namespace hawser::controller {

/// When the session was last used, as far as is known: what the command lines told, or since when
/// it is awake. Now, where its idleness was not looked at before.
WallTime LastActivity(const PlanInput& input);

/// Set when a session is to be deleted for having been idle: that is what to tell.
std::optional<kube::Event> IdleEnd(const PlanInput& input);

/// True while the session's pods are to be away because nobody uses them.
bool ShallSleep(const PlanInput& input);

/// True when the session's status says that it sleeps and its workload, as observed, has pods to
/// run: its owner scaled it up.
bool IsScaledUpInSleep(const Observed& observed);

/// What the session's status says of it being awake, for when a plan could not be carried out.
std::optional<Verdict> AwakeAsReported(const Observed& observed);

/// Says in `plan.verdicts` whether the session is awake, where that may change, has it looked at in
/// time, and scales the target of a session in place. `plan.verdicts.agent_injected` is known.
void PlanIdle(const PlanInput& input, Plan& plan);

}  // namespace hawser::controller
