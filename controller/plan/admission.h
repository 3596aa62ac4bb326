// Whether the namespace's policies let a session have what it asks for.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "controller/plan/container.h"
#include "controller/plan/observed.h"

namespace hawser::controller {

/// True when the session's target, or its copy, carries its agent: policies that come later leave
/// it that, whatever they say.
bool HasAgent(const Observed& observed);

/// True when it has its agent, or its status says that others took that out: it keeps its time and
/// its place. A session's status may be written by those whom policies bind, so that it opens no
/// target to them.
bool IsIn(const Observed& observed);

/// Why the policies refuse the session, by policy and field, with a remedy; nothing while they
/// admit it. Needs no target; one that exists is checked.
std::optional<Refusal> RefuseByPolicy(const Observed& observed);

/// True when the session's status says that it was refused for the spec as it is now.
bool WasRefused(const devsession::DevSession& session);

/// True when a session's object says that it is refused.
bool IsRefused(const nlohmann::json& session);

/// Who is given a place first.
enum class Seat {
  kIn,       ///< has, or had, its target
  kWaiting,  ///< for its target, or for a place
  kRefused,  ///< for another reason than the number: takes no place from those who wait
};

/// As a session's object, with its status, says.
Seat SeatClassOf(const nlohmann::json& session);

/// The place of a session in the order in which places are given: by SeatClassOf, then the oldest,
/// then by name. Text that sorts so.
std::string SeatOf(const nlohmann::json& session);

}  // namespace hawser::controller
