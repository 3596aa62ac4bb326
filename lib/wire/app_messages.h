// Messages about the running app.
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

}  // namespace hawser::wire
