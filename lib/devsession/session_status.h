// What is reported about a DevSession: conditions, pods and the last sync, by two writers.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lib/devsession/restarts.h"

namespace hawser::devsession {

/// Field managers of server-side apply: each owns its own fields of the status.
inline constexpr char kControllerManager[] = "hawser";
inline constexpr char kCommandLineManager[] = "hawser-cli";
/// Owns `lastActive` alone: several command lines write it, each without taking back what the
/// others report.
inline constexpr char kActivityManager[] = "hawser-activity";
/// Type of the condition that tells whether the session's pods run, where idle ones are put to
/// sleep.
inline constexpr char kAwakeCondition[] = "Awake";
/// Type of the condition that the command line reports.
inline constexpr char kSyncedCondition[] = "Synced";

struct Condition {
  std::string type;
  std::string status = "Unknown";  ///< "True", "False" or "Unknown"
  std::string reason;
  std::string message;
  int64_t observed_generation = 0;
  std::string last_transition_time;
  bool operator==(const Condition&) const = default;
};

struct PodProblem {
  std::string path;
  std::string reason;
  std::string message;
  bool operator==(const PodProblem&) const = default;
};

struct PodStatus {
  std::string name;
  std::string uid;  ///< of the pod that was brought to treeDigest: names come back
  bool ready = false;
  std::string agent_version;
  uint64_t batch = 0;
  std::string tree_digest;
  uint32_t restarts = 0;
  std::vector<PodProblem> problems;
  bool operator==(const PodStatus&) const = default;
};

struct LastSync {
  uint64_t batch = 0;
  std::string time;
  uint64_t files = 0;
  uint64_t bytes = 0;
  std::string by;  ///< what the command line calls itself: "ann@laptop"
  bool operator==(const LastSync&) const = default;
};

/// A port of the app and the Service that leads to it.
struct PortStatus {
  std::string name;
  uint16_t container = 0;
  std::string service;
  bool operator==(const PortStatus&) const = default;
};

/// How often in a row somebody took the injection out and the controller put it back.
struct Undone {
  uint32_t count = 0;
  std::string last_time;  ///< when it was last put back
  bool operator==(const Undone&) const = default;
};

struct SessionStatus {
  int64_t observed_generation = 0;
  std::string phase;
  std::vector<Condition> conditions;
  std::vector<PodStatus> pods;
  std::vector<PortStatus> ports;
  std::optional<Undone> undone;
  std::string expires_at;  ///< when the session is deleted; empty: never
  std::optional<Restarts> restarts;
  std::optional<DirectRestarts> direct_restarts;
  std::string image;
  std::string url;
  std::optional<LastSync> last_sync;
  std::string last_active;  ///< when a command line last saw the session used, by its own clock
  bool operator==(const SessionStatus&) const = default;
};

nlohmann::json ConditionToJson(const Condition& condition);

/// The whole status as the API takes it.
nlohmann::json StatusToJson(const SessionStatus& status);

/// The part of the status that the controller applies (field manager `hawser`): observedGeneration,
/// phase, all conditions given, pods' name, ready and restarts, ports, undone, url,
/// expiresAt, restarts.
nlohmann::json ControllerStatusToJson(const SessionStatus& status);

/// The part that the command line applies (field manager `hawser-cli`): condition Synced, pods'
/// name, uid, agentVersion, batch, treeDigest and problems, lastSync.
nlohmann::json SyncStatusToJson(const SessionStatus& status);

/// The part that command lines apply while the session is used (field manager `hawser-activity`).
nlohmann::json ActivityToJson(const std::string& last_active);

/// The condition of that type, or null.
const Condition* FindCondition(const SessionStatus& status, const std::string& type);

}  // namespace hawser::devsession
