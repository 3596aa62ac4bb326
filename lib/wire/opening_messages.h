// Messages that open a stream, configure the agent, and compare trees.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/digest.h"
#include "lib/wire/entry.h"

namespace hawser::wire {

inline constexpr uint16_t kProtocolVersion = 2;   ///< the newest
inline constexpr uint16_t kOldestVersion = 1;     ///< that is still spoken
inline constexpr uint16_t kRangeSumsVersion = 2;  ///< the first that has RangeSumsRequest

/// What the client is here for. The newest pusher wins: the agent ends the stream of the one
/// before. A stream that carries does nothing else.
enum class Role : uint8_t { kPush = 1, kObserve = 2, kCarry = 3 };

/// First message of the client.
struct Hello {
  uint16_t min_version = kOldestVersion;
  uint16_t max_version = kProtocolVersion;
  Role role = Role::kObserve;
  std::string client_version;
  std::string session;   ///< "namespace/name"; must be the agent's own
  std::string identity;  ///< who and from where, for the log and for the pusher that is superseded
  bool operator==(const Hello&) const = default;
};

enum class AppState : uint8_t {
  kNoSupervisor = 0,
  kWaitingForSync = 1,
  kStarting = 2,
  kRunning = 3,
  kExited = 4
};

/// First message of the agent when it accepts the client.
struct Welcome {
  uint16_t version = kProtocolVersion;
  std::string agent_version;
  std::string pod;
  Digest tree;              ///< digest of the confirmed tree; zero when nothing was ever confirmed
  uint64_t last_batch = 0;  ///< the next batch must be this plus one
  uint64_t config_generation = 0;  ///< of the configuration in force; 0 for none
  AppState app = AppState::kNoSupervisor;
  bool operator==(const Welcome&) const = default;
};

enum class RejectReason : uint8_t {
  kVersion = 1,
  kWrongSession = 2,
  kSuperseded = 3,
  kProtocol = 4,
  kShuttingDown = 5
};

/// Last message before the agent ends the stream, whenever that is.
struct Reject {
  RejectReason reason = RejectReason::kProtocol;
  std::string message;  ///< for people: what happened and what to do
  bool operator==(const Reject&) const = default;
};

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

/// The part of the DevSession that the agent acts on. Kept by the agent; an older generation is
/// ignored.
struct Configure {
  uint64_t generation = 0;  ///< metadata.generation of the DevSession
  std::vector<SyncRoot> roots;
  std::vector<Step> steps;
  RestartRule restart;
  uint16_t ready_port =
      0;  ///< the app counts as ready when this port accepts; 0: when the process runs
  bool operator==(const Configure&) const = default;
};

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

/// Asks for nodes of the confirmed tree by their digests.
struct NodesRequest {
  std::vector<Digest> nodes;
  bool operator==(const NodesRequest&) const = default;
};

/// A node of a tree: a run of entries on level 0, of nodes of the level below on any other.
struct Node {
  uint32_t level = 0;
  std::vector<Digest> children;    ///< level > 0
  std::vector<PathEntry> entries;  ///< level 0, in path order
  bool operator==(const Node&) const = default;
};

/// Those of the nodes asked for that the agent has; `last` ends the answer.
struct NodesReply {
  std::vector<Node> nodes;
  bool last = true;
  bool operator==(const NodesReply&) const = default;
};

}  // namespace hawser::wire
