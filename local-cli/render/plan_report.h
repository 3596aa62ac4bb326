// What `hawser plan` found out, as plain values, and its two forms.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace hawser::cli {

/// A container path that a push would change.
struct PlannedPath {
  std::string change;  ///< "new", "changed", "removed"
  std::string path;
  std::string source;  ///< in the workspace
  uint64_t size = 0;   ///< of its content in bytes; 0 when that stays as it is
  bool held = false;   ///< the pod holds the content already: only its digest travels
  bool operator==(const PlannedPath&) const = default;
};

/// What a push would do to one pod.
struct PodPlan {
  std::string pod;
  std::string error;               ///< why it could not be asked; empty when it answered
  std::vector<PlannedPath> paths;  ///< what has to be sent first, the largest first
  std::vector<std::vector<std::string>> steps;
  bool restart = false;
  bool operator==(const PodPlan&) const = default;
};

/// Where a workspace path goes, or why it does not.
struct PathAnswer {
  std::string path;
  std::string to;  ///< in the container; empty when it is not synced
  std::string why;
  bool operator==(const PathAnswer&) const = default;
};

struct PlanReport {
  std::string directory;
  uint64_t files = 0;
  std::string tree;  ///< digest in hexadecimal
  std::vector<PodPlan> pods;
  std::vector<PathAnswer> answers;  ///< to what was asked
  std::vector<PathAnswer> skipped;  ///< what can't be synced
  bool operator==(const PlanReport&) const = default;
};

/// Content bytes, uncompressed, that have to travel.
uint64_t BytesToSend(const PodPlan& plan);

std::string FormatPlan(const PlanReport& report);
nlohmann::json PlanToJson(const PlanReport& report);

}  // namespace hawser::cli
