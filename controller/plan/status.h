// From verdicts to the session's status: conditions, phase, pods, and what changed since the last.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "controller/plan/container.h"
#include "controller/plan/observed.h"
#include "lib/kube/events.h"

namespace hawser::controller {

/// One condition before it has times and generations.
struct Verdict {
  std::string status = "Unknown";
  std::string reason;
  std::string message;
  bool operator==(const Verdict&) const = default;

  static Verdict True(std::string reason, std::string message);
  static Verdict False(Refusal refusal);
  bool IsTrue() const { return status == "True"; }
};

/// What a plan found out about each stage; a later one depends on those before it.
struct Verdicts {
  Verdict target_found;
  Verdict agent_injected;
  Verdict agents_ready;
  Verdict ports_served;  ///< beside the others: changes reach the pods without it
  std::vector<devsession::PortStatus> ports;     ///< that a Service of the session leads to
  std::optional<devsession::Undone> undone;      ///< the contest so far
  std::optional<devsession::Restarts> restarts;  ///< those asked for; nothing: as reported before
  std::optional<Verdict> exposed;  ///< beside the others too; nothing when no address is asked for
  std::string url;                 ///< of the preview address, while there is one
  std::optional<Verdict> lasting;  ///< of a session whose time is limited
  std::optional<WallTime> expires_at;
  std::optional<Verdict> admitted;  ///< by the namespace's policies, where it has any
  std::optional<Verdict> awake;     ///< of a session that idleness puts to sleep or ends
  bool operator==(const Verdicts&) const = default;
};

/// The status to report: the controller's own conditions and pods. A condition's transition time
/// moves only when its status does. `Synced` is there until the command line has reported it.
devsession::SessionStatus MakeStatus(const Observed& observed, const Verdicts& verdicts,
                                     WallTime now);

/// True when applying `status` as field manager `hawser` would change the object.
bool StatusDiffers(const nlohmann::json& session, const devsession::SessionStatus& status);

/// The events that a change of status is worth: one for each stage whose status or reason changed.
std::vector<kube::Event> Transitions(const devsession::SessionStatus& before,
                                     const devsession::SessionStatus& after);

}  // namespace hawser::controller
