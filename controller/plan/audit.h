// Who did what to a session: the events that stay when the status has moved on.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "controller/plan/observed.h"
#include "lib/kube/events.h"

namespace hawser::controller {

struct Plan;

/// A pod's tree: the last one that an event told of, and the last one that was seen.
struct AuditedPod {
  uint64_t told_batch = 0;
  std::string told_tree;
  uint64_t seen_batch = 0;
  std::string seen_tree;
  uint64_t untold = 0;  ///< trees between the two
};

/// What was told of a session so far. Kept by the process alone: events that were recorded before
/// bear the same names.
struct AuditTrail {
  std::map<std::string, AuditedPod> pods;  ///< by uid
  std::string owner;
  std::string pusher;  ///< as the command line names itself
  uint64_t direct_restarts = 0;
};

struct AuditPlan {
  AuditTrail trail;
  std::vector<kube::Event> events;
  size_t pushes = 0;    ///< how many of the events are of pushes
  size_t dropped = 0;   ///< trees that no event will tell of
  bool behind = false;  ///< some push is still to be told of
};

/// What the status says that `before` has not. At most `allowed` pushes are told of, one for each
/// pod; further ones later, as one. Without a `before` (a new process) only what was reported after
/// `since` is news.
AuditPlan PlanAudit(const Observed& observed, const AuditTrail* before, WallTime since,
                    size_t allowed);

/// Adds to the events of a change of status who an injection was made for, and names one that ended
/// a wait for another session a take-over.
void NameOwner(const Observed& observed, std::vector<kube::Event>& events);

/// ", with tree ... (batch ...)": what a pod was last reported to hold.
std::string HeldBy(const devsession::DevSession& session, const std::string& pod);

/// The events of what was done by `plan`: restores, and restarts that were handed to pods.
std::vector<kube::Event> ActedEvents(const Observed& observed, const Plan& plan);

}  // namespace hawser::controller
