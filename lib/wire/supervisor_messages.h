// Messages between agent and supervisor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/digest.h"
#include "lib/wire/batch_messages.h"
#include "lib/wire/opening_messages.h"

namespace hawser::wire {

/// First message of the supervisor. The agent answers with Configure if it has one.
struct SupervisorHello {
  uint16_t version = kProtocolVersion;
  std::string agent_version;
  uint32_t uid = 0;
  Digest applied_tree;  ///< what the supervisor already put into the container; zero for nothing
  bool operator==(const SupervisorHello&) const = default;
};

/// Agent to supervisor: bring the container to the staged state `number` (a file on the shared
/// volume, see agent/DESIGN.md), run `steps`, then restart if asked. Answered by Progress,
/// StepOutput and ApplyResult.
struct ApplyRequest {
  uint64_t number = 0;
  std::vector<uint32_t> steps;
  bool restart = false;
  bool operator==(const ApplyRequest&) const = default;
};

struct ApplyResult {
  uint64_t number = 0;
  std::vector<Problem> problems;
  std::vector<StepResult> steps;
  bool restarted = false;
  bool operator==(const ApplyResult&) const = default;
};

/// Supervisor to agent whenever it changes.
struct AppStatus {
  AppState app = AppState::kStarting;
  int32_t pid = 0;
  uint32_t restarts = 0;
  int32_t last_exit = 0;
  bool operator==(const AppStatus&) const = default;
};

/// Agent to supervisor, when it connects and whenever it changes: whether a client pushes. An app
/// that waits for its first files then waits longer.
struct PushState {
  bool connected = false;
  bool operator==(const PushState&) const = default;
};

/// Agent to supervisor, optional: entries of a batch still on its way whose content is in the
/// store, so that directories that are new can be filled where nobody sees them. Not answered.
struct Prepare {
  std::vector<PathEntry> entries;  ///< in path order
  bool operator==(const Prepare&) const = default;
};

/// Supervisor to agent, after its hello and when a fresh container's steps ended: what the
/// container holds and what went wrong with it, in place of all that was said of it before.
struct ContainerState {
  Digest tree;  ///< what it was brought to, steps and all; zero for nothing, or while that goes on
  std::vector<Problem> problems;
  std::vector<StepResult> steps;
  bool operator==(const ContainerState&) const = default;
};

/// Agent to supervisor: restart the app once for this request, by this rule. One that was done for
/// already is only answered. Answered by RestartState.
struct RestartOrder {
  std::string id;  ///< of the request; never empty
  RestartRule rule;
  bool operator==(const RestartOrder&) const = default;
};

/// Supervisor to agent, after its hello and after each RestartOrder that is done for.
struct RestartState {
  uint64_t instance = 0;  ///< random: tells one life of the supervisor from the next
  std::string last;       ///< the request it last restarted the app for; empty for none
  bool operator==(const RestartState&) const = default;
};

}  // namespace hawser::wire
