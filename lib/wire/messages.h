// The messages between client and agent, as plain values. PROTOCOL.md is the contract; message_codec.h the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "lib/wire/entry.h"

namespace hawser::wire {

inline constexpr uint16_t kProtocolVersion = 1;

// ---- Opening -------------------------------------------------------------------------------------------------------

/// What the client is here for. The newest pusher wins: the agent ends the stream of the one before.
enum class Role : uint8_t { kPush = 1, kObserve = 2 };

/// First message of the client.
struct Hello {
  uint16_t min_version = kProtocolVersion;
  uint16_t max_version = kProtocolVersion;
  Role role = Role::kObserve;
  std::string client_version;
  std::string session;   ///< "namespace/name"; must be the agent's own
  std::string identity;  ///< who and from where, for the log and for the pusher that is superseded
  bool operator==(const Hello&) const = default;
};

enum class AppState : uint8_t { kNoSupervisor = 0, kWaitingForSync = 1, kStarting = 2, kRunning = 3, kExited = 4 };

/// First message of the agent when it accepts the client.
struct Welcome {
  uint16_t version = kProtocolVersion;
  std::string agent_version;
  std::string pod;
  Digest tree;                     ///< digest of the confirmed tree; zero when nothing was ever confirmed
  uint64_t last_batch = 0;         ///< the next batch must be this plus one
  uint64_t config_generation = 0;  ///< of the configuration in force; 0 for none
  AppState app = AppState::kNoSupervisor;
  bool operator==(const Welcome&) const = default;
};

enum class RejectReason : uint8_t { kVersion = 1, kWrongSession = 2, kSuperseded = 3, kProtocol = 4, kShuttingDown = 5 };

/// Last message before the agent ends the stream, whenever that is.
struct Reject {
  RejectReason reason = RejectReason::kProtocol;
  std::string message;  ///< for people: what happened and what to do
  bool operator==(const Reject&) const = default;
};

// ---- Configuration -------------------------------------------------------------------------------------------------

/// A directory of the container that the session may write below.
struct SyncRoot {
  std::string path;  ///< absolute, normalised, not "/"
  bool delete_extraneous = false;
  bool operator==(const SyncRoot&) const = default;
};

/// A command of the app container, run without a shell.
struct Step {
  std::vector<std::string> argv;
  uint32_t timeout_ms = 300000;
  bool operator==(const Step&) const = default;
};

enum class RestartPolicy : uint8_t { kNever = 0, kProcess = 1, kContainer = 2, kRollout = 3 };

struct RestartRule {
  RestartPolicy policy = RestartPolicy::kProcess;
  uint32_t signal = 15;  ///< signal number (Linux)
  uint32_t grace_ms = 10000;
  bool operator==(const RestartRule&) const = default;
};

/// The part of the DevSession that the agent acts on. Kept by the agent; an older generation is ignored.
struct Configure {
  uint64_t generation = 0;  ///< metadata.generation of the DevSession
  std::vector<SyncRoot> roots;
  std::vector<Step> steps;
  RestartRule restart;
  uint16_t ready_port = 0;  ///< the app counts as ready when this port accepts; 0: when the process runs
  bool operator==(const Configure&) const = default;
};

// ---- Trees ---------------------------------------------------------------------------------------------------------

/// Asks for the confirmed tree.
struct TreeRequest {
  bool operator==(const TreeRequest&) const = default;
};

/// A path (absolute in the container) and what is there.
struct PathEntry {
  std::string path;
  Entry entry;
  bool operator==(const PathEntry&) const = default;
};

/// Part of the confirmed tree, in path order; `last` ends it.
struct TreeReply {
  std::vector<PathEntry> entries;
  bool last = true;
  bool operator==(const TreeReply&) const = default;
};

// ---- Batches -------------------------------------------------------------------------------------------------------

/// How the content of a put file travels.
enum class Encoding : uint8_t {
  kNone = 0,     ///< no content: a directory, a symlink, a deletion, or only mode changed
  kStored = 1,   ///< the agent already holds this digest
  kPatch = 2,    ///< zstd frame with `base`'s content as reference prefix, in Data of its own
  kWhole = 3,    ///< zstd frame, in Data of its own
  kBundled = 4,  ///< next `size` bytes of the batch's one bundle stream
};

struct Change {
  bool remove = false;
  std::string path;  ///< absolute in the container, normalised, inside a root
  Entry entry;       ///< unused when `remove`
  Encoding encoding = Encoding::kNone;
  Digest base;       ///< kPatch only
  bool operator==(const Change&) const = default;
};

/// Opens a batch. Then Changes (one or more), then Data for each kPatch and kWhole change in order, then Data of the
/// bundle if any change is kBundled, then BatchEnd.
struct BatchBegin {
  uint64_t number = 0;
  Digest base_tree;              ///< must be the agent's confirmed tree, else the batch is refused as stale
  Digest result_tree;            ///< what the confirmed tree becomes when every path succeeds
  uint32_t change_count = 0;
  std::vector<uint32_t> steps;   ///< indexes into Configure.steps to run after applying, in order
  bool restart = false;          ///< restart by the configured policy after the steps
  bool operator==(const BatchBegin&) const = default;
};

struct Changes {
  std::vector<Change> changes;
  bool operator==(const Changes&) const = default;
};

/// `change` of the bundle's Data.
inline constexpr uint32_t kBundleData = 0xffffffffU;

/// A piece of encoded content.
struct Data {
  uint32_t change = 0;  ///< index over all Changes of the batch, or kBundleData
  bool last = false;
  std::string bytes;
  bool operator==(const Data&) const = default;
};

struct BatchEnd {
  uint64_t number = 0;
  bool operator==(const BatchEnd&) const = default;
};

/// The agent can't make these files from what was sent (base or stored content missing, digest mismatch). Nothing was
/// applied; the client sends the same batch number again with them whole.
struct Need {
  uint64_t number = 0;
  std::vector<uint32_t> changes;
  bool operator==(const Need&) const = default;
};

enum class Phase : uint8_t { kReceived = 1, kStaged = 2, kApplied = 3, kStepsDone = 4, kRestarted = 5, kReady = 6 };

/// A batch reached a phase. kReady may come after BatchResult.
struct Progress {
  uint64_t number = 0;
  Phase phase = Phase::kReceived;
  uint64_t elapsed_us = 0;  ///< since the agent saw BatchBegin
  bool operator==(const Progress&) const = default;
};

struct StepOutput {
  uint64_t number = 0;
  uint32_t step = 0;
  std::string bytes;
  bool operator==(const StepOutput&) const = default;
};

enum class ProblemReason : uint8_t {
  kPermission = 1, kReadOnly = 2, kNoSpace = 3, kNotADirectory = 4, kBusy = 5, kEscapes = 6, kTooLarge = 7, kOther = 8
};

/// A path that could not be brought to its wanted state; the rest of the batch went on.
struct Problem {
  std::string path;
  ProblemReason reason = ProblemReason::kOther;
  std::string message;
  bool operator==(const Problem&) const = default;
};

struct StepResult {
  uint32_t step = 0;
  int32_t exit_code = 0;  ///< 128 + signal when killed; -1 when it could not be started
  uint64_t duration_us = 0;
  bool timed_out = false;
  std::string message;    ///< why it could not be started; else empty
  bool operator==(const StepResult&) const = default;
};

enum class BatchOutcome : uint8_t {
  kApplied = 1,       ///< applied, perhaps with problems; steps may have failed
  kStale = 2,         ///< base_tree is not the confirmed tree, or the number is not the next: compare trees again
  kNoSupervisor = 3,  ///< staged and kept; applied when the app container comes back
  kFailed = 4,        ///< nothing changed; `message` says why
};

struct BatchResult {
  uint64_t number = 0;
  BatchOutcome outcome = BatchOutcome::kApplied;
  std::string message;
  Digest tree;  ///< digest of the confirmed tree now
  std::vector<Problem> problems;
  std::vector<StepResult> steps;
  bool restarted = false;
  bool operator==(const BatchResult&) const = default;
};

// ---- The app: status, output, restart ------------------------------------------------------------------------------

struct StatusRequest {
  bool operator==(const StatusRequest&) const = default;
};

struct StatusReply {
  AppState app = AppState::kNoSupervisor;
  int32_t pid = 0;
  uint32_t restarts = 0;     ///< of the process, since the supervisor started
  int32_t last_exit = 0;     ///< as StepResult.exit_code
  Digest tree;
  uint64_t last_batch = 0;
  uint64_t config_generation = 0;
  std::vector<Problem> problems;
  bool operator==(const StatusReply&) const = default;
};

struct LogRequest {
  bool follow = false;
  uint32_t tail_bytes = 65536;  ///< of what is kept, at most
  bool operator==(const LogRequest&) const = default;
};

/// A piece of the app's output (standard output and error interleaved as they came); `last` ends the answer.
struct LogChunk {
  std::string bytes;
  bool last = false;
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

// ---- Agent and supervisor, over the pod's unix socket --------------------------------------------------------------

/// First message of the supervisor. The agent answers with Configure if it has one.
struct SupervisorHello {
  uint16_t version = kProtocolVersion;
  std::string agent_version;
  uint32_t uid = 0;
  Digest applied_tree;  ///< what the supervisor already put into the container; zero for nothing
  bool operator==(const SupervisorHello&) const = default;
};

/// Agent to supervisor: bring the container to the staged state `number` (a file on the shared volume, see
/// agent/DESIGN.md), run `steps`, then restart if asked. Answered by Progress, StepOutput and ApplyResult.
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

using Message =
    std::variant<Hello, Welcome, Reject, Configure, TreeRequest, TreeReply, BatchBegin, Changes, Data, BatchEnd, Need, Progress,
                 StepOutput, BatchResult, StatusRequest, StatusReply, LogRequest, LogChunk, RestartRequest, RestartResult, Ping,
                 Pong, SupervisorHello, ApplyRequest, ApplyResult, AppStatus>;

/// Checks what a decoder can't: paths absolute and normalised, modes in range, enums known, indexes consistent.
/// invalid_argument names the field. Every received message passes through here before anyone acts on it.
Status Validate(const Message& message);

}  // namespace hawser::wire
