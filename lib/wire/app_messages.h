// Messages about the running app, and between agent and supervisor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/digest.h"
#include "lib/wire/batch_messages.h"
#include "lib/wire/opening_messages.h"

namespace hawser::wire {

struct StatusRequest {
  bool operator==(const StatusRequest&) const = default;
};

struct StatusReply {
  AppState app = AppState::kNoSupervisor;
  int32_t pid = 0;
  uint32_t restarts = 0;  ///< of the process, since the supervisor started
  int32_t last_exit = 0;  ///< as StepResult.exit_code
  Digest tree;
  uint64_t last_batch = 0;
  uint64_t config_generation = 0;
  std::vector<Problem> problems;
  Digest applied_tree;  ///< what the app container was last brought to; zero while unknown
  bool operator==(const StatusReply&) const = default;
};

/// A place in the app's output. `source` is the random number of the supervisor that collected it,
/// 0 for none; `offset` counts the bytes that it collected before this place.
struct LogPosition {
  uint64_t source = 0;
  uint64_t offset = 0;
  bool operator==(const LogPosition&) const = default;
};

/// Asks for the app's output: on from `from` where its source is known, else the newest
/// `tail_bytes`.
struct LogRequest {
  bool follow = false;
  uint32_t tail_bytes = 65536;  ///< of what is kept, at most
  LogPosition from;
  bool operator==(const LogRequest&) const = default;
};

/// A piece of the app's output (standard output and error interleaved as they came), all of one
/// source; `last` ends the answer.
struct LogChunk {
  std::string bytes;
  bool last = false;
  LogPosition at;  ///< of the first byte
  bool operator==(const LogChunk&) const = default;
};

struct RestartRequest {
  bool operator==(const RestartRequest&) const = default;
};

struct RestartResult {
  bool ok = false;
  int32_t pid = 0;
  std::string message;
  bool operator==(const RestartResult&) const = default;
};

struct Ping {
  uint64_t nonce = 0;
  bool operator==(const Ping&) const = default;
};

struct Pong {
  uint64_t nonce = 0;
  bool operator==(const Pong&) const = default;
};

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
