// What the one-shot commands found out, as plain values for the renderer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/devsession/devsession.h"

namespace hawser::cli {

/// What an agent said of itself, or why it could not be asked.
struct LiveAgent {
  std::string error;  ///< empty when it answered
  std::string agent_version;
  bool direct = false;  ///< asked straight at the pod, not through the API server
  std::string app;      ///< "running", "exited (1)", "waiting for sync", ...
  int32_t pid = 0;
  uint32_t restarts = 0;
  uint64_t batch = 0;
  std::string tree;  ///< digest in hexadecimal; empty when nothing was ever confirmed
  std::vector<devsession::PodProblem> problems;
  bool operator==(const LiveAgent&) const = default;
};

struct PodReport {
  std::string name;
  bool ready = false;
  LiveAgent agent;
  bool operator==(const PodReport&) const = default;
};

/// One session and the pods that run it now.
struct SessionReport {
  devsession::DevSession session;
  std::vector<PodReport> pods;
  bool operator==(const SessionReport&) const = default;
};

struct SessionList {
  std::string ns;  ///< empty: of all namespaces
  std::vector<devsession::DevSession> sessions;
  WallTime now{};  ///< from which ages are counted
  bool wide = false;
  bool operator==(const SessionList&) const = default;
};

/// One thing that must be true for Hawser to work here.
struct Check {
  std::string name;
  bool ok = false;
  std::string found;   ///< what is there
  std::string remedy;  ///< what to do; empty when ok
  bool operator==(const Check&) const = default;
};

struct DoctorReport {
  std::vector<Check> checks;
  bool operator==(const DoctorReport&) const = default;
};

/// What an agent says it is, or why it could not be asked.
struct AgentVersion {
  std::string pod;
  std::string version;
  std::string error;  ///< empty when it answered
  bool operator==(const AgentVersion&) const = default;
};

struct VersionReport {
  std::string client;
  std::string server;            ///< of Kubernetes; empty when not reachable
  std::string controller_image;  ///< empty when not installed or not readable
  std::vector<AgentVersion> agents;
  std::string cluster_error;  ///< why there is nothing about the cluster
  bool operator==(const VersionReport&) const = default;
};

struct PodRestart {
  std::string pod;
  int32_t pid = 0;
  std::string error;  ///< empty when it restarted
  bool operator==(const PodRestart&) const = default;
};

struct RestartReport {
  std::vector<PodRestart> pods;
  bool operator==(const RestartReport&) const = default;
};

}  // namespace hawser::cli
